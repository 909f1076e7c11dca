import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';

import { endpoint, schemaAddress, socket } from './endpoint';
import { examples } from './examples';
import { examplesPlugin } from './Examples';
import { Status } from './Status';

const fetcher = createGraphiQLFetcher({ url: endpoint, subscriptionUrl: socket });
const plugins = [examplesPlugin, HISTORY_PLUGIN];
const tabs = examples.map(({ query }) => ({ query }));

// What a new, empty tab says instead of GraphiQL's page of introduction.
const emptyTab = '# Ctrl+Space suggests fields, Ctrl+Enter asks the question.\n';

/** The whole page: a header that says where one is, and GraphiQL with the example questions. */
export function App() {
  return (
    <>
      <a className="skip" href="#editor">
        Skip to the query editor
      </a>
      <header className="bar">
        <h1>
          <img src="./favicon.svg" alt="" width="24" height="24" /> clustergraph
        </h1>
        <Status />
        <nav aria-label="Elsewhere">
          <a href={schemaAddress}>Schema</a>
        </nav>
      </header>
      <main id="editor" tabIndex={-1}>
        <h2 className="unseen">Query editor</h2>
        <GraphiQL fetcher={fetcher} plugins={plugins} defaultTabs={tabs} defaultQuery={emptyTab}>
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}
