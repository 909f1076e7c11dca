-- A file of version 2, by: sqlite3 graph.db .dump
PRAGMA application_id = 1128747590;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO goose_db_version VALUES(1,0,1,'2026-11-26 05:52:00');
INSERT INTO goose_db_version VALUES(2,1,1,'2026-11-26 05:52:00');
INSERT INTO goose_db_version VALUES(3,2,1,'2026-11-26 05:52:00');
CREATE TABLE meta (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  epoch    TEXT    NOT NULL, -- anew when the content is replaced
  revision INTEGER NOT NULL, -- of the last commit
  salt     BLOB    NOT NULL, -- of the hashes in erased
  unclean  INTEGER NOT NULL  -- 1: bytes of what was erased may still be in the files
) STRICT;
INSERT INTO meta VALUES(1,'bv3dody5e2',3,X'574e594e474e42334f5742414756454952345a3748574d484454',0);
CREATE TABLE ontology (
  property TEXT PRIMARY KEY, -- "Cluster.established"
  type     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO ontology VALUES('AFFILIATED_WITH.role','Text');
INSERT INTO ontology VALUES('AFFILIATED_WITH.since','Date');
INSERT INTO ontology VALUES('AFFILIATED_WITH.until','Date');
INSERT INTO ontology VALUES('Cluster.aliases','[Text]');
INSERT INTO ontology VALUES('Cluster.composition','{sectors: [Text], smes: Int, total: Int}');
INSERT INTO ontology VALUES('Cluster.country','String');
INSERT INTO ontology VALUES('Cluster.description','Text');
INSERT INTO ontology VALUES('Cluster.established','Date');
INSERT INTO ontology VALUES('Cluster.formerIds','[String]');
INSERT INTO ontology VALUES('Cluster.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Cluster.indicators','[{name: Text, value: Float, when: Date}]');
INSERT INTO ontology VALUES('Cluster.labels','[{awarded: Date, level: String, name: Text}]');
INSERT INTO ontology VALUES('Cluster.languages','[Text]');
INSERT INTO ontology VALUES('Cluster.legalName','Text');
INSERT INTO ontology VALUES('Cluster.name','Text');
INSERT INTO ontology VALUES('Cluster.nativeName','Text');
INSERT INTO ontology VALUES('Cluster.score','Float');
INSERT INTO ontology VALUES('Cluster.url','String');
INSERT INTO ontology VALUES('Consortium.aliases','[Text]');
INSERT INTO ontology VALUES('Consortium.country','String');
INSERT INTO ontology VALUES('Consortium.description','Text');
INSERT INTO ontology VALUES('Consortium.formerIds','[String]');
INSERT INTO ontology VALUES('Consortium.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Consortium.indicators','[{name: Text, value: Float, when: Date}]');
INSERT INTO ontology VALUES('Consortium.legalName','Text');
INSERT INTO ontology VALUES('Consortium.name','Text');
INSERT INTO ontology VALUES('Consortium.url','String');
INSERT INTO ontology VALUES('MEMBER_OF.role','String');
INSERT INTO ontology VALUES('MEMBER_OF.since','Date');
INSERT INTO ontology VALUES('MEMBER_OF.until','Date');
INSERT INTO ontology VALUES('Network.aliases','[Text]');
INSERT INTO ontology VALUES('Network.country','String');
INSERT INTO ontology VALUES('Network.description','Text');
INSERT INTO ontology VALUES('Network.formerIds','[String]');
INSERT INTO ontology VALUES('Network.founded','Date');
INSERT INTO ontology VALUES('Network.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Network.indicators','[{name: Text, value: Float, when: Date}]');
INSERT INTO ontology VALUES('Network.legalName','Text');
INSERT INTO ontology VALUES('Network.name','Text');
INSERT INTO ontology VALUES('Network.url','String');
INSERT INTO ontology VALUES('OPERATES.since','Date');
INSERT INTO ontology VALUES('Organisation.aliases','[Text]');
INSERT INTO ontology VALUES('Organisation.country','String');
INSERT INTO ontology VALUES('Organisation.description','Text');
INSERT INTO ontology VALUES('Organisation.formerIds','[String]');
INSERT INTO ontology VALUES('Organisation.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Organisation.indicators','[{name: Text, value: Float, when: Date}]');
INSERT INTO ontology VALUES('Organisation.legalName','Text');
INSERT INTO ontology VALUES('Organisation.name','Text');
INSERT INTO ontology VALUES('Organisation.size','Int');
INSERT INTO ontology VALUES('Organisation.sme','Boolean');
INSERT INTO ontology VALUES('Organisation.type','String');
INSERT INTO ontology VALUES('Organisation.url','String');
INSERT INTO ontology VALUES('PARTICIPATES_IN.contribution','Money');
INSERT INTO ontology VALUES('PARTICIPATES_IN.role','String');
INSERT INTO ontology VALUES('PARTICIPATES_IN.roleText','Text');
INSERT INTO ontology VALUES('PARTICIPATES_IN.since','Date');
INSERT INTO ontology VALUES('PARTICIPATES_IN.tags','[Text]');
INSERT INTO ontology VALUES('PARTICIPATES_IN.until','Date');
INSERT INTO ontology VALUES('POSSIBLY_SAME_AS.confidence','Float');
INSERT INTO ontology VALUES('POSSIBLY_SAME_AS.why','Text');
INSERT INTO ontology VALUES('Person.aliases','[Text]');
INSERT INTO ontology VALUES('Person.description','Text');
INSERT INTO ontology VALUES('Person.formerIds','[String]');
INSERT INTO ontology VALUES('Person.honorific','Text');
INSERT INTO ontology VALUES('Person.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Person.name','Text');
INSERT INTO ontology VALUES('Person.url','String');
INSERT INTO ontology VALUES('Place.aliases','[Text]');
INSERT INTO ontology VALUES('Place.code','String');
INSERT INTO ontology VALUES('Place.description','Text');
INSERT INTO ontology VALUES('Place.formerIds','[String]');
INSERT INTO ontology VALUES('Place.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Place.name','Text');
INSERT INTO ontology VALUES('Place.url','String');
INSERT INTO ontology VALUES('Programme.aliases','[Text]');
INSERT INTO ontology VALUES('Programme.code','Text');
INSERT INTO ontology VALUES('Programme.description','Text');
INSERT INTO ontology VALUES('Programme.formerIds','[String]');
INSERT INTO ontology VALUES('Programme.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Programme.name','Text');
INSERT INTO ontology VALUES('Programme.url','String');
INSERT INTO ontology VALUES('Project.acronym','Text');
INSERT INTO ontology VALUES('Project.aliases','[Text]');
INSERT INTO ontology VALUES('Project.description','Text');
INSERT INTO ontology VALUES('Project.durationMonths','Int');
INSERT INTO ontology VALUES('Project.end','Date');
INSERT INTO ontology VALUES('Project.formerIds','[String]');
INSERT INTO ontology VALUES('Project.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Project.name','Text');
INSERT INTO ontology VALUES('Project.start','Date');
INSERT INTO ontology VALUES('Project.title','Text');
INSERT INTO ontology VALUES('Project.totalCost','Money');
INSERT INTO ontology VALUES('Project.url','String');
INSERT INTO ontology VALUES('Source.aliases','[Text]');
INSERT INTO ontology VALUES('Source.description','Text');
INSERT INTO ontology VALUES('Source.formerIds','[String]');
INSERT INTO ontology VALUES('Source.identifiers','[{scheme: String, value: String}]');
INSERT INTO ontology VALUES('Source.name','Text');
INSERT INTO ontology VALUES('Source.retrieved','Date');
INSERT INTO ontology VALUES('Source.type','String');
INSERT INTO ontology VALUES('Source.url','String');
CREATE TABLE nodes (
  id     TEXT PRIMARY KEY,
  kind   TEXT    NOT NULL,
  denied INTEGER NOT NULL,
  props  TEXT    NOT NULL -- JSON: the preferred values
) STRICT, WITHOUT ROWID;
INSERT INTO nodes VALUES('eccp:ict-cluster','Cluster',0,'{"aliases":["ICT Cluster","ИКТ Клъстер","IKT Klaster"],"composition":{"smes":280,"total":293},"formerIds":["x"],"identifiers":[{"scheme":"ECCP","value":"ict-cluster"}],"labels":[{"level":"Silver","name":"ECEI"}],"languages":["en"],"name":"Another","score":0.5}');
INSERT INTO nodes VALUES('name:give','Project',0,'{"name":"GIVE","totalCost":{"@money":222206.90,"currency":"EUR"}}');
INSERT INTO nodes VALUES('name:other','Organisation',1,'{"name":"Other"}');
INSERT INTO nodes VALUES('name:profile','Source',0,'{"name":"Profile"}');
INSERT INTO nodes VALUES('name:serbia1-green','Organisation',0,'{"name":"Serbia1 Green"}');
CREATE TABLE edges (
  from_node TEXT NOT NULL REFERENCES nodes (id) DEFERRABLE INITIALLY DEFERRED,
  type      TEXT NOT NULL,
  to_node   TEXT NOT NULL REFERENCES nodes (id) DEFERRABLE INITIALLY DEFERRED,
  key       TEXT NOT NULL, -- tells parallel edges apart; mostly empty
  props     TEXT NOT NULL, -- JSON: the preferred values
  PRIMARY KEY (from_node, type, to_node, key)
) STRICT, WITHOUT ROWID;
INSERT INTO edges VALUES('eccp:ict-cluster','PARTICIPATES_IN','name:give','','{"role":"COORDINATOR"}');
CREATE TABLE identifiers (
  scheme TEXT NOT NULL,
  value  TEXT NOT NULL,
  node   TEXT NOT NULL,
  PRIMARY KEY (scheme, value, node)
) STRICT, WITHOUT ROWID;
INSERT INTO identifiers VALUES('ECCP','ict-cluster','eccp:ict-cluster');
CREATE TABLE names (
  key  TEXT NOT NULL,
  node TEXT NOT NULL,
  PRIMARY KEY (key, node)
) STRICT, WITHOUT ROWID;
INSERT INTO names VALUES('another','eccp:ict-cluster');
INSERT INTO names VALUES('give','name:give');
INSERT INTO names VALUES('ict cluster','eccp:ict-cluster');
INSERT INTO names VALUES('ikt klaster','eccp:ict-cluster');
INSERT INTO names VALUES('ikt kluster','eccp:ict-cluster');
INSERT INTO names VALUES('other','name:other');
INSERT INTO names VALUES('profile','name:profile');
INSERT INTO names VALUES('serbia1 green','name:serbia1-green');
CREATE TABLE node_records (
  node       TEXT    NOT NULL, -- as addressed, merges apart
  source     TEXT    NOT NULL,
  place      TEXT    NOT NULL,
  part       INTEGER NOT NULL,
  kind       TEXT    NOT NULL, -- that it says; empty: another part does
  props      TEXT    NOT NULL, -- JSON: what is said; null: said to be unknown
  at         TEXT,             -- when the source said it; null: unknown
  rank       INTEGER NOT NULL, -- 1 running text, 2 labelled field, 3 register, 4 by hand
  confidence REAL    NOT NULL,
  derived    INTEGER NOT NULL, -- 1: computed from other facts
  applied_by TEXT    NOT NULL,
  run        TEXT    NOT NULL, -- the import that said it last
  revision   INTEGER NOT NULL, -- at which it was first said in this form
  PRIMARY KEY (node, source, place, part)
) STRICT, WITHOUT ROWID;
INSERT INTO node_records VALUES('eccp:ict-cluster','','',0,'Cluster','{"established":null,"languages":["en"]}',NULL,4,1.0,0,'editor','',2);
INSERT INTO node_records VALUES('eccp:ict-cluster','name:profile','line 10',0,'Organisation','{"name":"IKT Klaster"}','2005',2,1.0,0,'tester','one',1);
INSERT INTO node_records VALUES('eccp:ict-cluster','name:profile','line 3',0,'Cluster','{"aliases":["ИКТ Клъстер"],"composition":{"smes":280,"total":293},"established":{"@date":"2005"},"identifiers":[{"scheme":"ECCP","value":"ict-cluster"}],"labels":[{"level":"Silver","name":"ECEI"}],"name":"ICT Cluster","score":0.5}','2005',2,1.0,0,'tester','one',1);
INSERT INTO node_records VALUES('name:give','name:profile','line 3',0,'Project','{"name":"GIVE","totalCost":{"@money":222206.90,"currency":"EUR"}}','2005',2,1.0,0,'tester','one',1);
INSERT INTO node_records VALUES('name:other','name:profile','line 3',0,'Organisation','{"name":"Other"}','2005',2,1.0,0,'editor','',2);
INSERT INTO node_records VALUES('name:profile','','',0,'Source','{"name":"Profile"}',NULL,4,1.0,0,'tester','one',1);
INSERT INTO node_records VALUES('name:serbia1-green','name:profile','line 3',0,'Organisation','{"name":"Serbia1 Green"}','2005',2,1.0,0,'tester','one',1);
INSERT INTO node_records VALUES('x','','',0,'Organisation','{"name":"Another"}',NULL,4,1.0,0,'','',3);
CREATE TABLE edge_records (
  from_node  TEXT    NOT NULL,
  type       TEXT    NOT NULL,
  to_node    TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  place      TEXT    NOT NULL,
  part       INTEGER NOT NULL,
  states     INTEGER NOT NULL, -- 1: it says that the edge is there; 0: another part does
  props      TEXT    NOT NULL,
  at         TEXT,
  rank       INTEGER NOT NULL,
  confidence REAL    NOT NULL,
  derived    INTEGER NOT NULL,
  applied_by TEXT    NOT NULL,
  run        TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  PRIMARY KEY (from_node, type, to_node, key, source, place, part)
) STRICT, WITHOUT ROWID;
INSERT INTO edge_records VALUES('eccp:ict-cluster','PARTICIPATES_IN','name:give','','name:profile','line 3',0,1,'{"role":"COORDINATOR"}','2005',2,1.0,0,'tester','one',1);
INSERT INTO edge_records VALUES('name:serbia1-green','MEMBER_OF','eccp:ict-cluster','','name:profile','line 3',0,1,'{}','2005',2,1.0,0,'tester','one',1);
CREATE TABLE merges (
  former    TEXT PRIMARY KEY,
  into_node TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO merges VALUES('x','eccp:ict-cluster');
CREATE TABLE denied_nodes (
  node TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO denied_nodes VALUES('name:other');
CREATE TABLE denied_edges (
  from_node TEXT NOT NULL,
  type      TEXT NOT NULL,
  to_node   TEXT NOT NULL,
  key       TEXT NOT NULL,
  PRIMARY KEY (from_node, type, to_node, key)
) STRICT, WITHOUT ROWID;
INSERT INTO denied_edges VALUES('name:serbia1-green','MEMBER_OF','eccp:ict-cluster','');
CREATE TABLE distinct_nodes (
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
INSERT INTO distinct_nodes VALUES('name:other','name:serbia1-green');
CREATE TABLE erased (
  hash TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO erased VALUES('9d73010eb3ddcf098bcc4475c64e204aae2d091f717196183ab376c67f21b515');
CREATE TABLE batches (
  id         TEXT PRIMARY KEY,
  revision   INTEGER NOT NULL,
  time       TEXT    NOT NULL,
  applied_by TEXT    NOT NULL,
  result     TEXT    NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
INSERT INTO batches VALUES('first',1,'2026-11-26T05:52:00.581821043Z','tester','{"nodes":["name:profile","eccp:ict-cluster","eccp:ict-cluster","name:serbia1-green","","name:give"],"edges":[["eccp:ict-cluster","PARTICIPATES_IN","name:give",""],null,["name:serbia1-green","MEMBER_OF","eccp:ict-cluster",""]],"nodeCount":{"New":5,"Changed":0,"Unchanged":0,"Gone":0},"edgeCount":{"New":3,"Changed":0,"Unchanged":0,"Gone":0},"withheld":0}');
INSERT INTO batches VALUES('second',2,'2026-11-26T05:52:00.585304686Z','editor','{"nodes":["eccp:ict-cluster","name:other"],"edges":[],"nodeCount":{"New":0,"Changed":1,"Unchanged":1,"Gone":1},"edgeCount":{"New":0,"Changed":0,"Unchanged":0,"Gone":2},"withheld":0}');
INSERT INTO batches VALUES('third',3,'2026-11-26T05:52:00.646413453Z','','{"nodes":["eccp:ict-cluster"],"edges":[],"nodeCount":{"New":0,"Changed":1,"Unchanged":0,"Gone":0},"edgeCount":{"New":0,"Changed":0,"Unchanged":0,"Gone":0},"withheld":0}');
CREATE TABLE log (
  revision   INTEGER PRIMARY KEY,
  time       TEXT NOT NULL,
  batch      TEXT NOT NULL,
  applied_by TEXT NOT NULL,
  sources    TEXT NOT NULL, -- JSON lists
  nodes      TEXT NOT NULL,
  edges      TEXT NOT NULL,
  gone_nodes TEXT NOT NULL,
  gone_edges TEXT NOT NULL,
  erases     INTEGER NOT NULL -- 1: it erased someone, of whom it must not tell
, changes TEXT) STRICT;
INSERT INTO log VALUES(1,'2026-11-26T05:52:00.581821043Z','first','tester','["name:profile"]','[{"id":"eccp:ict-cluster","kind":"Cluster","props":{"aliases":["ИКТ Клъстер","IKT Klaster"],"composition":{"smes":280,"total":293},"established":{"@date":"2005"},"identifiers":[{"scheme":"ECCP","value":"ict-cluster"}],"labels":[{"level":"Silver","name":"ECEI"}],"name":"ICT Cluster","score":0.5}},{"id":"name:give","kind":"Project","props":{"name":"GIVE","totalCost":{"@money":222206.90,"currency":"EUR"}}},{"id":"name:profile","kind":"Source","props":{"name":"Profile"}},{"id":"name:serbia1-green","kind":"Organisation","props":{"name":"Serbia1 Green"}}]','[{"from":"name:serbia1-green","type":"MEMBER_OF","to":"eccp:ict-cluster","key":"","props":{}},{"from":"eccp:ict-cluster","type":"PARTICIPATES_IN","to":"name:give","key":"","props":{"role":"COORDINATOR"}}]','[]','[]',0,'[["new","Cluster","eccp:ict-cluster",["name:profile"],[]],["new","Project","name:give",["name:profile"],[]],["new","Source","name:profile",[],[]],["new","Organisation","name:serbia1-green",["name:profile"],[]],["new","MEMBER_OF","name:serbia1-green","eccp:ict-cluster","",["name:profile"],[]],["new","PARTICIPATES_IN","eccp:ict-cluster","name:give","",["name:profile"],[]]]');
INSERT INTO log VALUES(2,'2026-11-26T05:52:00.585304686Z','second','editor','["name:profile"]','[{"id":"eccp:ict-cluster","kind":"Cluster","props":{"aliases":["ИКТ Клъстер","IKT Klaster"],"composition":{"smes":280,"total":293},"identifiers":[{"scheme":"ECCP","value":"ict-cluster"}],"labels":[{"level":"Silver","name":"ECEI"}],"languages":["en"],"name":"ICT Cluster","score":0.5}}]','[]','[]','[]',1,'[["changed","Cluster","eccp:ict-cluster",[],["established","languages"]],["gone","MEMBER_OF","name:serbia1-green","eccp:ict-cluster","",[],[]]]');
INSERT INTO log VALUES(3,'2026-11-26T05:52:00.646413453Z','third','','[]','[{"id":"eccp:ict-cluster","kind":"Cluster","props":{"aliases":["ICT Cluster","ИКТ Клъстер","IKT Klaster"],"composition":{"smes":280,"total":293},"formerIds":["x"],"identifiers":[{"scheme":"ECCP","value":"ict-cluster"}],"labels":[{"level":"Silver","name":"ECEI"}],"languages":["en"],"name":"Another","score":0.5}}]','[]','[]','[]',0,'[["changed","Cluster","eccp:ict-cluster",[],["aliases","formerIds","name"]]]');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('goose_db_version',3);
CREATE INDEX edges_to ON edges (to_node);
CREATE INDEX node_records_source ON node_records (source, run) WHERE source <> '';
CREATE INDEX edge_records_to ON edge_records (to_node);
CREATE INDEX edge_records_source ON edge_records (source, run) WHERE source <> '';
CREATE INDEX merges_into ON merges (into_node);
CREATE INDEX denied_edges_to ON denied_edges (to_node);
CREATE INDEX distinct_nodes_b ON distinct_nodes (b);
CREATE INDEX log_time ON log (time);
COMMIT;
