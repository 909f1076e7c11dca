/** Where the API is: beside the playground's own folder, whatever path that has. */
export const endpoint = new URL('../graphql', document.baseURI).toString();

/** Where subscriptions are: the same place, over WebSocket. */
export const socket = endpoint.replace(/^http/, 'ws');

/** Where the schema can be read as text. */
export const schemaAddress = new URL('../schema.graphql', document.baseURI).toString();
