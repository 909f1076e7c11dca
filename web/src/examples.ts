/** A question that the playground offers ready to run. */
export interface Example {
  /** The question, as a person would ask it. */
  title: string;
  /** What the answer shows; may be empty. */
  about: string;
  /** The GraphQL document, with the comment above it. */
  query: string;
}

/** Reads one file: the comment lines above the operation are its title and what it is about. */
function read(text: string): Example {
  const comment = text
    .split('\n')
    .slice(0, text.split('\n').findIndex((line) => !line.startsWith('#')))
    .map((line) => line.replace(/^#\s?/, '').trim());
  return { title: comment[0] ?? '', about: comment.slice(1).join(' ').trim(), query: text };
}

const files = import.meta.glob<string>('./examples/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The examples in the order of their file names; the first is the headline question. */
export const examples: Example[] = Object.keys(files)
  .sort()
  .map((name) => read(files[name] ?? ''));
