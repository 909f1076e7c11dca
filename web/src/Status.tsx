import { useEffect, useState } from 'react';

import { endpoint } from './endpoint';

interface Counts {
  actors: { totalCount: number };
  projects: { totalCount: number };
}

const question = '{ actors(first: 1) { totalCount } projects(first: 1) { totalCount } }';

async function count(signal: AbortSignal): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ query: question }),
    signal,
  });
  const answer = (await response.json()) as { data?: Counts; errors?: { message: string }[] };
  if (!answer.data) return answer.errors?.[0]?.message ?? `The server answered ${response.status}.`;
  const { actors, projects } = answer.data;
  if (actors.totalCount + projects.totalCount === 0) {
    return 'The store is empty. Fill it with "clustergraph import sample" or "clustergraph import eccp FILE".';
  }
  const told = new Intl.NumberFormat('en');
  return `${told.format(actors.totalCount)} actors and ${told.format(projects.totalCount)} projects`;
}

/** One line that says what there is to ask about, or what to do when there is nothing. */
export function Status() {
  const [text, setText] = useState('');
  useEffect(() => {
    const abort = new AbortController();
    count(abort.signal).then(setText, (error: unknown) => {
      if (!abort.signal.aborted) setText(`The server cannot be reached: ${String(error)}`);
    });
    return () => abort.abort();
  }, []);
  return (
    <p role="status" className="status">
      {text}
    </p>
  );
}
