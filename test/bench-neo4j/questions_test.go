package bench

// question is one thing that is asked, as each side is asked it. All sides answer with the
// same values in the same order; what differs is told by normal.
type question struct {
	name string
	// service is a query of our API.
	service string
	// peer is the same for @neo4j/graphql. Its root field for one node is a list, and its
	// connections name things otherwise; aliases do the rest.
	peer string
	// cypher is the same by hand, and build makes of its rows what the service answers.
	cypher string
	build  func(rows [][]any, variables map[string]any) any
	// direct asks the analysis behind the service the same; nil if it is no analysis.
	direct direct
	// one names the root field of which the peer's list has one element.
	one string
}

// The questions. Ids order everything unless told, as they do in the service.
var (
	lookup = question{
		name:    "lookup by id",
		service: `query($id:ID!){organisation(id:$id){id name type street city}}`,
		peer:    `query($id:ID!){organisation:organisations(where:{id:{eq:$id}}){id name type street city}}`,
		one:     "organisation",
		cypher:  `MATCH (o:Organisation {id: $id}) RETURN o.id, o.name, o.type, o.street, o.city`,
		build: func(rows [][]any, _ map[string]any) any {
			var out struct {
				Organisation *organisationAnswer `json:"organisation"`
			}
			for _, r := range rows {
				out.Organisation = &organisationAnswer{textOf(r[0]), textOf(r[1]), textOf(r[2]), textOf(r[3]), textOf(r[4])}
			}
			return out
		},
	}

	nested = question{
		name: "20 organisations of a country x 10 projects x 10 partners",
		service: `query($place:ID!){place(id:$place){actors(first:20){nodes{id name
			projects(first:10){edges{role node{id acronym title partners(first:10){nodes{id name}}}}}}}}}`,
		peer: `query($place:ID!){place:places(where:{id:{eq:$place}}){actors(limit:20,sort:[{id:ASC}]){id name
			projects:projectsConnection(first:10,sort:[{node:{id:ASC}}]){edges{properties{role} node{id acronym title partners(limit:10,sort:[{id:ASC}]){id name}}}}}}}`,
		one: "place",
		cypher: `MATCH (:Place {id: $place})<-[:LOCATED_IN]-(o:Organisation)
			WITH o ORDER BY o.id LIMIT 20
			CALL (o) { MATCH (o)-[r:PARTICIPATES_IN]->(p:Project) WITH r, p ORDER BY p.id LIMIT 10 RETURN r, p }
			CALL (p) { MATCH (p)<-[:PARTICIPATES_IN]-(q:Organisation) WITH q ORDER BY q.id LIMIT 10 RETURN collect([q.id, q.name]) AS qs }
			RETURN o.id, o.name, r.role, p.id, p.acronym, p.title, qs ORDER BY o.id, p.id`,
		build: buildNested,
	}

	headline = question{
		service: `query($a:ID!,$b:ID!){partnerships(between:[{membersOf:[$a]},{membersOf:[$b]}],first:20){nodes{
			a{id name} b{id name} projectCount sharedProjects(first:1000){nodes{acronym}}}}}`,
		peer:   `query($a:ID!,$b:ID!){partnerships(a:$a,b:$b){a{id name} b{id name} projectCount sharedProjects{acronym}}}`,
		cypher: headlineCypher,
		build:  buildHeadline,
		direct: directHeadline,
	}
	small, middle, large = headline.as("partnerships, small"), headline.as("partnerships, middle"), headline.as("partnerships, large")

	search = question{
		name:    "search by name",
		service: `query($text:String!){search(text:$text,kinds:[ORGANISATION],first:20){edges{score node{id name}}}}`,
		peer:    `query($text:String!){search(text:$text){score node{id name}}}`,
		cypher:  searchCypher,
		build:   buildSearch,
	}

	filtered = question{
		name: "projects by two related nodes, counted",
		service: `query($coordinator:ID!,$partner:ID!){projects(first:50,orderBy:[{field:START,direction:DESC}],filter:{and:[
			{partners:{some:{edge:{role:{eq:COORDINATOR}},node:{places:{some:{id:{eq:$coordinator}}}}}}}
			{partners:{some:{node:{places:{some:{id:{eq:$partner}}}}}}}]}){totalCount nodes{id acronym title start}}}`,
		peer: `query($coordinator:ID!,$partner:ID!){projects:projectsConnection(first:50,sort:[{start:DESC},{id:ASC}],where:{AND:[
			{partnersConnection:{some:{edge:{role:{eq:"COORDINATOR"}},node:{places:{some:{id:{eq:$coordinator}}}}}}}
			{partnersConnection:{some:{node:{places:{some:{id:{eq:$partner}}}}}}}]}){totalCount edges{node{id acronym title start}}}}`,
		cypher: `MATCH (:Place {id: $coordinator})<-[:LOCATED_IN]-(:Organisation)-[:PARTICIPATES_IN {role: 'COORDINATOR'}]->(p:Project)
			MATCH (p)<-[:PARTICIPATES_IN]-(:Organisation)-[:LOCATED_IN]->(:Place {id: $partner}) USING JOIN ON p
			WITH collect(DISTINCT p) AS ps
			CALL (ps) { UNWIND ps AS p WITH p ORDER BY p.start DESC, p.id LIMIT 50 RETURN p }
			RETURN size(ps), p.id, p.acronym, p.title, p.start`,
		build: buildFiltered,
	}

	// Of organisations between which there is one shortest path alone, so that whichever the
	// database finds first is it.
	path = question{
		name:    "the shortest path between two organisations",
		service: `query($a:ID!,$b:ID!){paths(from:$a,to:$b,via:[MEMBER_OF,PARTICIPATES_IN],first:1){length nodes{id name}}}`,
		peer:    `query($a:ID!,$b:ID!){paths:path(a:$a,b:$b){length nodes{id name}}}`,
		cypher:  pathCypher,
		build:   buildPaths,
		direct:  directPaths(1),
	}

	// Of organisations between which there are so many shortest paths or more: by hand, longer
	// ones are not looked for.
	paths = question{
		name:    "the first 10 shortest paths, by the ids on them",
		service: `query($a:ID!,$b:ID!){paths(from:$a,to:$b,via:[MEMBER_OF,PARTICIPATES_IN],first:10){length nodes{id name}}}`,
		peer:    `query($a:ID!,$b:ID!){paths(a:$a,b:$b){length nodes{id name}}}`,
		cypher:  pathsCypher,
		build:   buildPaths,
		direct:  directPaths(many),
	}

	contribution = question{
		name: "contribution by country",
		service: `{breakdown(of:PARTICIPATION,by:[COUNTRY],measure:CONTRIBUTION,currency:"EUR",first:1000){nodes{
			keys{id code name} count actors value known}}}`,
		peer:   `{breakdown:contribution{keys{id code name} count actors value known}}`,
		cypher: contributionCypher,
		build:  buildContribution,
		direct: directContribution,
	}

	within = question{
		name: "contribution by country within a network",
		service: `query($of:ID!){breakdown(of:PARTICIPATION,by:[COUNTRY],measure:CONTRIBUTION,currency:"EUR",within:$of,first:1000){nodes{
			keys{id code name} count actors value known}}}`,
		peer:   `query($of:ID!){breakdown:contributionWithin(of:$of){keys{id code name} count actors value known}}`,
		cypher: withinCypher,
		build:  buildContribution,
		direct: directContribution,
	}
)

func (q question) as(name string) question { q.name = name; return q }

// questions are all of them, in the order they are measured.
func questions() []question {
	return []question{lookup, nested, small, middle, large, search, filtered, path, paths, contribution, within}
}
