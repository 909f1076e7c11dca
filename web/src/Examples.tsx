import type { GraphiQLPlugin } from '@graphiql/react';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';

import { examples } from './examples';

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
      <path d="M2 4h2M6 4h8M2 8h2M6 8h8M2 12h2M6 12h8" strokeLinecap="round" />
    </svg>
  );
}

/** The list of ready questions: each opens in a tab of its own, so nothing typed is lost. */
function Examples() {
  const editor = useGraphiQL((state) => state.queryEditor);
  const { addTab } = useGraphiQLActions();
  const open = (query: string) => {
    addTab();
    editor?.setValue(query);
    editor?.focus();
  };
  return (
    <section aria-label="Example questions" className="examples">
      <div className="graphiql-doc-explorer-title">Example questions</div>
      <ul>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" className="graphiql-un-styled" onClick={() => open(example.query)}>
              {example.title}
            </button>
            {example.about && <p>{example.about}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The plugin that GraphiQL shows in its side bar. */
export const examplesPlugin: GraphiQLPlugin = {
  title: 'Example questions',
  icon: ExamplesIcon,
  content: Examples,
};
