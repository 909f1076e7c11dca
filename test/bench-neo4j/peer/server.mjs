// The peer: @neo4j/graphql behind graphql-yoga, over the graph that our store wrote. What the
// library cannot say (groups of pairs, a rank that all sides share, paths, sums by country) is Cypher, the same that
// the bare handler runs. It stands in the environment, as does where Bolt answers.
import { createServer } from 'node:http';
import neo4j from 'neo4j-driver';
import { Neo4jGraphQL } from '@neo4j/graphql';
import { createYoga } from 'graphql-yoga';

const { NEO4J_URL, NEO4J_USER, NEO4J_PASSWORD, NEO4J_DATABASE, PARTNERSHIPS, SEARCH, PATH_ONE, PATHS, CONTRIBUTION, WITHIN } = process.env;

const cypher = (statement) => `@cypher(statement: """${statement}""", columnName: "row")`;
const typeDefs = `
  type Place @node {
    id: ID!
    actors: [Organisation!]! @relationship(type: "LOCATED_IN", direction: IN)
  }
  type Network @node {
    id: ID!
    name: String!
    members: [Organisation!]! @relationship(type: "MEMBER_OF", direction: IN)
  }
  type Organisation @node {
    id: ID!
    name: String!
    type: String
    street: String
    city: String
    places: [Place!]! @relationship(type: "LOCATED_IN", direction: OUT)
    networks: [Network!]! @relationship(type: "MEMBER_OF", direction: OUT)
    projects: [Project!]! @relationship(type: "PARTICIPATES_IN", direction: OUT, properties: "Participation")
  }
  type Participation @relationshipProperties {
    role: String
  }
  type Project @node {
    id: ID!
    name: String!
    acronym: String
    title: String
    start: String
    partners: [Organisation!]! @relationship(type: "PARTICIPATES_IN", direction: IN, properties: "Participation")
  }
  type Named { id: ID! name: String! }
  type Shared { acronym: String }
  type Partnership { a: Named! b: Named! projectCount: Int! sharedProjects: [Shared!]! }
  type Hit { score: Float! node: Named! }
  type Way { length: Int! nodes: [Named!]! }
  type Key { id: ID! code: String name: String! }
  type Group { keys: [Key]! count: Int! actors: Int! value: String known: Int! }
  type Query {
    partnerships(a: ID!, b: ID!): [Partnership!]! ${cypher(PARTNERSHIPS)}
    search(text: String!): [Hit!]! ${cypher(SEARCH)}
    path(a: ID!, b: ID!): [Way!]! ${cypher(PATH_ONE)}
    paths(a: ID!, b: ID!): [Way!]! ${cypher(PATHS)}
    contribution: [Group!]! ${cypher(CONTRIBUTION)}
    contributionWithin(of: ID!): [Group!]! ${cypher(WITHIN)}
  }`;

const driver = neo4j.driver(NEO4J_URL, NEO4J_USER ? neo4j.auth.basic(NEO4J_USER, NEO4J_PASSWORD) : undefined, { maxConnectionPoolSize: 100 });
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
// The database is named, so that the driver need not ask for it.
const context = () => ({ executionContext: driver, sessionConfig: { database: NEO4J_DATABASE } });
const server = createServer(createYoga({ schema, context, logging: false, graphiql: false }));
server.listen(0, '127.0.0.1', () => console.log(`listening at 127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit(0)); // the benchmark has ended
