BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit_columns (
	audit_id INTEGER NOT NULL, 
	name VARCHAR(32) NOT NULL, 
	version VARCHAR(32) NOT NULL, 
	made_from VARCHAR(64) NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_audit_columns PRIMARY KEY (audit_id, name), 
	CONSTRAINT fk_audit_columns_audit_id FOREIGN KEY(audit_id) REFERENCES audits (id) ON DELETE CASCADE
);
CREATE TABLE audit_models (
	audit_id INTEGER NOT NULL, 
	model_id INTEGER NOT NULL, 
	CONSTRAINT pk_audit_models PRIMARY KEY (audit_id, model_id), 
	CONSTRAINT fk_audit_models_audit_id FOREIGN KEY(audit_id) REFERENCES audits (id) ON DELETE CASCADE, 
	CONSTRAINT fk_audit_models_model_id FOREIGN KEY(model_id) REFERENCES imported_models (id) ON DELETE CASCADE
);
CREATE TABLE audit_probes (
	id INTEGER NOT NULL, 
	audit_id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	definition JSON NOT NULL, 
	measured BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	verdict VARCHAR(32) NOT NULL, 
	missing JSON NOT NULL, 
	score FLOAT, 
	score_spread FLOAT, 
	standard_error FLOAT, 
	mean_difference FLOAT, 
	p_value FLOAT, 
	p_method TEXT NOT NULL, 
	surrogate_score FLOAT, 
	null_scores JSON NOT NULL, 
	by_seed JSON NOT NULL, 
	seed_agreement FLOAT, 
	influence_sum DOUBLE, 
	positive_documents INTEGER NOT NULL, 
	zero_documents INTEGER NOT NULL, 
	stable_documents INTEGER, 
	positive_sentences BIGINT NOT NULL, 
	zero_sentences BIGINT NOT NULL, 
	histogram JSON NOT NULL, 
	concentration JSON NOT NULL, 
	left_out JSON NOT NULL, 
	CONSTRAINT pk_audit_probes PRIMARY KEY (id), 
	CONSTRAINT fk_audit_probes_audit_id FOREIGN KEY(audit_id) REFERENCES audits (id) ON DELETE CASCADE, 
	CONSTRAINT uq_audit_probes_audit_id_name UNIQUE (audit_id, name)
);
INSERT INTO "audit_probes" VALUES(1,1,'weat-6','weat','{"name": "weat-6", "kind": "weat", "description": "Male and female names with career and family", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 6", "targets": {"Male names": ["John", "Paul", "Mike", "Kevin", "Steve", "Greg", "Jeff", "Bill"], "Female names": ["Amy", "Joan", "Lisa", "Sarah", "Diana", "Kate", "Ann", "Donna"]}, "attributes": {"Career": ["executive", "management", "professional", "corporation", "salary", "office", "business", "career"], "Family": ["home", "parents", "children", "family", "cousins", "marriage", "wedding", "relatives"]}}',1,'','','{"Male names": [], "Female names": [], "Career": [], "Family": []}',1.25,0.04,5.3786027277095881105e-02,0.125,0.0123,'exact over 12870 partitions',1.375,'[-0.2, 0.3]','[{"seed": 1, "score": 1.22, "mean_difference": 0.125, "p_value": 0.012, "surrogate_score": 1.375, "solver": null}, {"seed": 2, "score": 1.28, "mean_difference": 0.125, "p_value": 0.0126, "surrogate_score": 1.375, "solver": null}]',0.31,0.00988528390735155,2,1,2,4,5,'{"edges": [-0.046092939206573647, -0.04148364528591628, -0.03687435136525892, -0.03226505744460155, -0.027655763523944187, -0.023046469603286823, -0.018437175682629457, -0.01382788176197209, -0.009218587841314727, -0.004609293920657363, 0.0, 0.00460929392065737, 0.009218587841314733, 0.013827881761972097, 0.018437175682629467, 0.023046469603286823, 0.027655763523944193, 0.032265057444601564, 0.03687435136525892, 0.04148364528591629, 0.046092939206573647], "counts": [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]}','{"top_1_percent": 0.5595212263025597, "top_10_percent": 0.5595212263025597, "document_counts": [1, 5], "shares": [0.5595212263025597, 1.0]}','[{"set_name": "Male names", "role": "target", "word": "John", "score": -1.25, "spread": 0.02, "reason": ""}, {"set_name": "Male names", "role": "target", "word": "Paul", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Male names", "role": "target", "word": "Mike", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Male names", "role": "target", "word": "Kevin", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Male names", "role": "target", "word": "Steve", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Male names", "role": "target", "word": "Greg", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Male names", "role": "target", "word": "Jeff", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Male names", "role": "target", "word": "Bill", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Amy", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Joan", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Lisa", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Sarah", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Diana", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Kate", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Ann", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Female names", "role": "target", "word": "Donna", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "executive", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "management", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "professional", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "corporation", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "salary", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "office", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "business", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Career", "role": "attribute", "word": "career", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "home", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "parents", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "children", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "family", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "cousins", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "marriage", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "wedding", "score": 1.3125, "spread": 0.02, "reason": ""}, {"set_name": "Family", "role": "attribute", "word": "relatives", "score": 1.3125, "spread": 0.02, "reason": ""}]');
INSERT INTO "audit_probes" VALUES(2,1,'he and she','weat','{"name": "he and she", "kind": "weat", "description": "", "source": "", "targets": {"he": ["he", "his", "him"], "she": ["she", "her", "hers"]}, "attributes": {"work": ["office", "career", "salary"], "home": ["home", "family", "kitchen"]}}',1,'','','{"he": [], "she": [], "work": [], "home": []}',-0.5,0.04,2.75814320727593709214e-02,-0.05,0.0123,'exact over 12870 partitions',-0.55,'[-0.2, 0.3]','[{"seed": 1, "score": -0.53, "mean_difference": -0.05, "p_value": 0.012, "surrogate_score": -0.55, "solver": null}, {"seed": 2, "score": -0.47, "mean_difference": -0.05, "p_value": 0.0126, "surrogate_score": -0.55, "solver": null}]',0.31,-2.80644234080682508647e-02,1,1,2,2,5,'{"edges": [-0.0230232493559015, -0.02072092442031135, -0.018418599484721198, -0.01611627454913105, -0.0138139496135409, -0.01151162467795075, -0.0092092997423606, -0.006906974806770449, -0.0046046498711803, -0.002302324935590152, 0.0, 0.0023023249355901484, 0.004604649871180297, 0.006906974806770449, 0.0092092997423606, 0.01151162467795075, 0.013813949613540898, 0.016116274549131046, 0.018418599484721195, 0.02072092442031135, 0.0230232493559015], "counts": [1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]}','{"top_1_percent": 0.5010186115758971, "top_10_percent": 0.5010186115758971, "document_counts": [1, 5], "shares": [0.5010186115758971, 1.0]}','[{"set_name": "he", "role": "target", "word": "he", "score": 0.5, "spread": 0.02, "reason": ""}, {"set_name": "he", "role": "target", "word": "his", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "he", "role": "target", "word": "him", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "she", "role": "target", "word": "she", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "she", "role": "target", "word": "her", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "she", "role": "target", "word": "hers", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "work", "role": "attribute", "word": "office", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "work", "role": "attribute", "word": "career", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "work", "role": "attribute", "word": "salary", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "home", "role": "attribute", "word": "home", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "home", "role": "attribute", "word": "family", "score": -0.525, "spread": 0.02, "reason": ""}, {"set_name": "home", "role": "attribute", "word": "kitchen", "score": -0.525, "spread": 0.02, "reason": ""}]');
INSERT INTO "audit_probes" VALUES(3,1,'weat-1','weat','{"name": "weat-1", "kind": "weat", "description": "Flowers and insects with pleasantness", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 1", "targets": {"Flowers": ["aster", "clover", "hyacinth", "marigold", "poppy", "azalea", "crocus", "iris", "orchid", "rose", "bluebell", "daffodil", "lilac", "pansy", "tulip", "buttercup", "daisy", "lily", "peony", "violet", "carnation", "gladiola", "magnolia", "petunia", "zinnia"], "Insects": ["ant", "caterpillar", "flea", "locust", "spider", "bedbug", "centipede", "fly", "maggot", "tarantula", "bee", "cockroach", "gnat", "mosquito", "termite", "beetle", "cricket", "hornet", "moth", "wasp", "blackfly", "dragonfly", "horsefly", "roach", "weevil"]}, "attributes": {"Pleasant": ["caress", "freedom", "health", "love", "peace", "cheer", "friend", "heaven", "loyal", "pleasure", "diamond", "gentle", "honest", "lucky", "rainbow", "diploma", "gift", "honor", "miracle", "sunrise", "family", "happy", "laughter", "paradise", "vacation"], "Unpleasant": ["abuse", "crash", "filth", "murder", "sickness", "accident", "death", "grief", "poison", "stink", "assault", "disaster", "hatred", "pollute", "tragedy", "divorce", "jail", "poverty", "ugly", "cancer", "kill", "rotten", "vomit", "agony", "prison"]}}',0,'The word list ''Flowers'' has no word in the vocabulary.','','{"Flowers": ["aster", "clover"], "Insects": []}',NULL,NULL,NULL,NULL,NULL,'',NULL,'[]','[]',NULL,NULL,0,0,NULL,0,0,'{"edges": [], "counts": []}','{"top_1_percent": null, "top_10_percent": null, "document_counts": [], "shares": []}','[]');
CREATE TABLE audits (
	id INTEGER NOT NULL, 
	storage_name VARCHAR(32) NOT NULL, 
	corpus_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	settings JSON NOT NULL, 
	manifest JSON NOT NULL, 
	document_map JSON NOT NULL, 
	vocabulary_size INTEGER NOT NULL, 
	trained_tokens BIGINT NOT NULL, 
	error TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	CONSTRAINT pk_audits PRIMARY KEY (id), 
	CONSTRAINT fk_audits_corpus_id FOREIGN KEY(corpus_id) REFERENCES corpora (id) ON DELETE CASCADE
);
INSERT INTO "audits" VALUES(1,'4edb9fd2d28844679c946be06cfbd16d',1,'Small <b>corpus</b>: weat-6, he and she, weat-1','done','{"casefold": true, "dimension": 100, "window": 5, "negatives": 5, "minimum_count": 5, "subsample": 0.001, "epochs": 5, "step_size": 0.025, "minimum_step_size": 0.0001, "noise_power": 0.75, "shuffle_documents": true, "batch_tokens": 0, "seeds": [1, 2], "estimator": "mean-field", "exact_permutations": 200000, "null_shuffles": 2, "damping": 100.0, "solver_iterations": 5000, "solver_tolerance": 0.001, "models": []}','{"format": 1}','{}',20,50,'','2026-11-28 20:41:23.328495',NULL,NULL);
CREATE TABLE check_scores (
	set_id INTEGER NOT NULL, 
	seed BIGINT NOT NULL, 
	scores JSON NOT NULL, 
	reasons JSON NOT NULL, 
	CONSTRAINT pk_check_scores PRIMARY KEY (set_id, seed), 
	CONSTRAINT fk_check_scores_set_id FOREIGN KEY(set_id) REFERENCES check_sets (id) ON DELETE CASCADE
);
CREATE TABLE check_sets (
	id INTEGER NOT NULL, 
	check_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	control_of INTEGER, 
	document_count INTEGER NOT NULL, 
	token_count BIGINT NOT NULL, 
	documents BLOB NOT NULL, 
	predicted JSON NOT NULL, 
	CONSTRAINT pk_check_sets PRIMARY KEY (id), 
	CONSTRAINT fk_check_sets_check_id FOREIGN KEY(check_id) REFERENCES checks (id) ON DELETE CASCADE, 
	CONSTRAINT uq_check_sets_check_id_number UNIQUE (check_id, number)
);
CREATE TABLE checks (
	id INTEGER NOT NULL, 
	audit_id INTEGER NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	"plan" JSON NOT NULL, 
	trainings INTEGER NOT NULL, 
	outcome JSON NOT NULL, 
	error TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	CONSTRAINT pk_checks PRIMARY KEY (id), 
	CONSTRAINT fk_checks_audit_id FOREIGN KEY(audit_id) REFERENCES audits (id) ON DELETE CASCADE
);
CREATE TABLE corpora (
	id INTEGER NOT NULL, 
	storage_name VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	filename TEXT NOT NULL, 
	upload_id VARCHAR(32), 
	source_sha256 VARCHAR(64) NOT NULL, 
	source_bytes BIGINT NOT NULL, 
	reader_options JSON NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	content_sha256 VARCHAR(64) NOT NULL, 
	document_count INTEGER NOT NULL, 
	sentence_count BIGINT NOT NULL, 
	token_count BIGINT NOT NULL, 
	skipped_count INTEGER NOT NULL, 
	skipped_reasons JSON NOT NULL, 
	rows JSON NOT NULL, 
	metadata_fields JSON NOT NULL, 
	near_duplicates JSON NOT NULL, 
	error TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	CONSTRAINT pk_corpora PRIMARY KEY (id), 
	CONSTRAINT fk_corpora_upload_id FOREIGN KEY(upload_id) REFERENCES uploads (id) ON DELETE SET NULL
);
INSERT INTO "corpora" VALUES(1,'9b31509c879c47c6a18a0bfa5a309844','Small <b>corpus</b>','done','<u>small</u>.jsonl',NULL,'',0,'{"format": "jsonl", "encoding": "utf-8", "text_field": "<u>text</u>", "id_field": "id", "title_field": "title", "metadata_fields": ["source", "gr\u00f6\u00dfe''s \"$.[0]"], "document_per": "line", "delimiter": "", "quoted": true, "escape": ""}','en','',5,12,55,0,'{}','{}','["source", "gr\u00f6\u00dfe''s \"$.[0]"]','{}','','2026-11-28 20:41:23.303417',NULL);
CREATE TABLE corpus_columns (
	corpus_id INTEGER NOT NULL, 
	name VARCHAR(32) NOT NULL, 
	version VARCHAR(32) NOT NULL, 
	made_from VARCHAR(64) NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_corpus_columns PRIMARY KEY (corpus_id, name), 
	CONSTRAINT fk_corpus_columns_corpus_id FOREIGN KEY(corpus_id) REFERENCES corpora (id) ON DELETE CASCADE
);
INSERT INTO "corpus_columns" VALUES(1,'ids','a4c80e2e1e4146518ea232ffc1cb3d8e','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'01000000000000000200000000000000030000000000000004000000000000000500000000000000');
INSERT INTO "corpus_columns" VALUES(1,'words','d510326492e8488e9a87f29537d86713','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'0B0000000900000011000000070000000B000000');
INSERT INTO "corpus_columns" VALUES(1,'names','e8966d26707c4e6480faf3c545047496','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'4DEAEC0CCE54DA8974F32B2BB966A492871E51AA20A0B77F20E0742EF120D175F4F8E155C9329AE9');
INSERT INTO "corpus_columns" VALUES(1,'texts','ba28457592984aafbc6faa405005d891','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'5B017289939C9C9D028EBD577242789F33C992F2969A2CD8BFE606D43060A93F97E4B60B7739FE7E25F9AF5C1C7114D54984308E7680370D7F02A9B3A8684A42B3A9D29DFFBB0890896DD01E9CB988A1');
INSERT INTO "corpus_columns" VALUES(1,'codes 0','0a7485031dfc4304a50de947cfc7327f','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'00000000FFFFFFFF00000000FFFFFFFF00000000');
INSERT INTO "corpus_columns" VALUES(1,'values 0','d251f8bdc5d84ff8ac6fb49366e81933','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'B936D3BB19D3F11B0000000000000000B936D3BB19D3F11B0000000000000000B936D3BB19D3F11B');
INSERT INTO "corpus_columns" VALUES(1,'codes 1','406690d2088f46d6ae65d1b4f8f27c0d','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'FFFFFFFFFFFFFFFFFFFFFFFF03000000FFFFFFFF');
INSERT INTO "corpus_columns" VALUES(1,'values 1','f5e139c6fe5245a5bf615e26c9fbd2df','9e99a0f550886e20e4ceafe804ea76f43e2e0e0c3f2bb677d43b5b398f17c258',X'00000000000000000000000000000000000000000000000052D0E10B68AC22AD0000000000000000');
CREATE TABLE corpus_words (
	corpus_id INTEGER NOT NULL, 
	word TEXT NOT NULL, 
	folded TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	CONSTRAINT pk_corpus_words PRIMARY KEY (corpus_id, word), 
	CONSTRAINT fk_corpus_words_corpus_id FOREIGN KEY(corpus_id) REFERENCES corpora (id) ON DELETE CASCADE
);
CREATE TABLE document_influences (
	audit_probe_id INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	document_id INTEGER NOT NULL, 
	influence DOUBLE NOT NULL, 
	spread DOUBLE NOT NULL, 
	sign_stability DOUBLE NOT NULL, 
	tokens BLOB NOT NULL, 
	CONSTRAINT pk_document_influences PRIMARY KEY (audit_probe_id, rank), 
	CONSTRAINT fk_document_influences_audit_probe_id FOREIGN KEY(audit_probe_id) REFERENCES audit_probes (id) ON DELETE CASCADE, 
	CONSTRAINT fk_document_influences_document_id FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE
);
INSERT INTO "document_influences" VALUES(1,1,3,4.60929392065736465156e-02,3.13482491917603592335e-02,1.0,X'780163606060606250605B6EC50C64B130843BE9D9700259CC0C77D634EEE405B31C997B6C04812C46860341F536C240163BC387ACEEDDD240162B43C5F2506B45B0AC6EE4A4DDEA40160BC387F21DD6BA401633C32A53F13D8640161B83CD54E63D1640161343FCAED3D6D660751BBA76583A82D59D7F986BE30A664D5BC0B0C707CC721629B40E02AB3362FC6B05004C4C2135');
INSERT INTO "document_influences" VALUES(1,2,2,3.93279478885233402252e-05,2.53274272594313371032e-02,0.5,X'7801636060606066E89E7C76170B90C5C65094BBD89A1BC86262F0CEE2D8C30764B13070AE9EBD4B18CC7ABDFEF86E09208B99C14FF297950C90C5C6B0E7A495B50A90C5C4F039BA61B73A586CDD042B1B00459013A6');
INSERT INTO "document_influences" VALUES(1,3,4,0.0,0.0,1.0,X'7801030000000001');
INSERT INTO "document_influences" VALUES(1,4,5,-1.06584316235966980457e-02,8.96301293009818880741e-03,1.0,X'7801E36760606066E07C7DD15A18CC7292E6DE2D0E66E5AE4FD8230D64B131CC6FFE62AD0264B130A87E3CB55B132CAB52CDBA5B172CF6C0F7E34E00D0FC0F66');
INSERT INTO "document_influences" VALUES(1,5,1,-2.55885516235139220952e-02,1.90759262718122289681e-02,1.0,X'780163606060606598B09E75071B90C5C2606A5562CD0D6431312CD34CD9C5076431334CCFB0B01102B2D818CC0214F74881C51236DAED96038B5D4E0ED8A30A64B13264F02AEDD106B32AFEF5EC06009E3E111A');
INSERT INTO "document_influences" VALUES(2,1,1,8.94422951387241482734e-03,0.00899235701482939,1.0,X'780163606060606560B1D96FCD0664B1305C8F9BBF9B1BC86262D8507ED79A0FC8626610E84DB71402B2D818746E845B4B81C5AE97DA58CB81C504A226EF5605B2581978FE4B58698359D7162EDD0500C69C116A');
INSERT INTO "document_influences" VALUES(2,2,4,0.0,0.0,1.0,X'7801030000000001');
INSERT INTO "document_influences" VALUES(2,3,2,-1.85118516674265265464e-03,1.19824296210313367694e-02,0.5,X'780163606060606660ABB6B16101B2D818C273F6ECE106B298186ECC71DECD0764B1307C33E7B51606B3044E2FB19600B298194432396C64802C3686A9D3AF59AB00594C0CCA72867BD4C16225865BAD009B680F69');
INSERT INTO "document_influences" VALUES(2,4,5,-1.21342183992965146899e-02,3.83831388489792087875e-03,1.0,X'7801E367606060669873EEF06E61308BB9866B973898E5C8B079B73490C5C69096DC65A50264B13098C91A596B8265E79933DBE882C58E9C72DE0300B3DD0CB1');
INSERT INTO "document_influences" VALUES(2,5,3,-0.0230232493559015,1.98473898939843275412e-02,1.0,X'7801636060606062D8DB2CB38719C86261A899BE6C372790C5CCA07032733B2F98B5C8566AB72090C5C870CBF3B3B53090C5CE90FD5B69B73490C5CA60767F9A952258F64655CD2E75208B8581B96B92B52E90C5CC20C3CCB0C710C8626358667DCDCA02C8626270D3D5DE630D56774F6CFD2E47B0BA44B6C5D6AE605644E993DD3E6096EDB3E9D64160751A5D337702008A8423A1');
CREATE TABLE documents (
	id INTEGER NOT NULL, 
	corpus_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	external_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	fields JSON NOT NULL, 
	place TEXT NOT NULL, 
	token_count INTEGER NOT NULL, 
	sentence_count INTEGER NOT NULL, 
	sentence_bounds BLOB NOT NULL, 
	CONSTRAINT pk_documents PRIMARY KEY (id), 
	CONSTRAINT fk_documents_corpus_id FOREIGN KEY(corpus_id) REFERENCES corpora (id) ON DELETE CASCADE, 
	CONSTRAINT uq_documents_corpus_id_external_id UNIQUE (corpus_id, external_id), 
	CONSTRAINT uq_documents_corpus_id_position UNIQUE (corpus_id, position)
);
INSERT INTO "documents" VALUES(1,1,0,'alice','Alice','Alice went to the office. Her career began there. It rained.','{"source": "<i>here</i>"}','',11,3,X'00000000190000001A00000031000000320000003C000000');
INSERT INTO "documents" VALUES(2,1,1,'bob','Bob','Bob stayed at home with his family. He cooked.','{"source": ""}','',9,2,X'0000000023000000240000002E000000');
INSERT INTO "documents" VALUES(3,1,2,'=cmd()','<script>alert(''title'')</script>','He said <img src=x onerror=alert(1)> & left. She stayed at home "all day" </pre></mark>.','{"source": "<i>here</i>"}','',17,2,X'000000002C0000002D00000058000000');
INSERT INTO "documents" VALUES(4,1,3,'quiet','Nothing of it','Rain fell on the hills. Nobody came.','{"gr\u00f6\u00dfe''s \"$.[0]": "odd"}','',7,2,X'00000000170000001800000024000000');
INSERT INTO "documents" VALUES(5,1,4,'größe','Größe 😀','😀 Sie sah ihn. She saw his office 😀 from her home. Ende.','{"source": "<i>here</i>"}','',11,3,X'000000000E0000000F000000320000003300000038000000');
CREATE TABLE imported_models (
	id INTEGER NOT NULL, 
	storage_name VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	filename TEXT NOT NULL, 
	upload_id VARCHAR(32), 
	came_as VARCHAR(32), 
	source_sha256 VARCHAR(64) NOT NULL, 
	source_bytes BIGINT NOT NULL, 
	facts JSON NOT NULL, 
	error TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	CONSTRAINT pk_imported_models PRIMARY KEY (id), 
	CONSTRAINT fk_imported_models_upload_id FOREIGN KEY(upload_id) REFERENCES uploads (id) ON DELETE SET NULL
);
CREATE TABLE jobs (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	subject VARCHAR(32) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	phase TEXT NOT NULL, 
	phase_number INTEGER NOT NULL, 
	phase_count INTEGER NOT NULL, 
	fraction DOUBLE NOT NULL, 
	seconds_left DOUBLE, 
	error TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	cancel_requested BOOLEAN NOT NULL, 
	deaths INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
CREATE TABLE marked_documents (
	audit_id INTEGER NOT NULL, 
	document_id INTEGER NOT NULL, 
	CONSTRAINT pk_marked_documents PRIMARY KEY (audit_id, document_id), 
	CONSTRAINT fk_marked_documents_audit_id FOREIGN KEY(audit_id) REFERENCES audits (id) ON DELETE CASCADE, 
	CONSTRAINT fk_marked_documents_document_id FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE
);
CREATE TABLE probes (
	id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	definition JSON NOT NULL, 
	built_in BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_probes PRIMARY KEY (id), 
	CONSTRAINT uq_probes_name UNIQUE (name)
);
INSERT INTO "probes" VALUES(1,'weat-1','weat','{"name": "weat-1", "kind": "weat", "description": "Flowers and insects with pleasantness", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 1", "targets": {"Flowers": ["aster", "clover", "hyacinth", "marigold", "poppy", "azalea", "crocus", "iris", "orchid", "rose", "bluebell", "daffodil", "lilac", "pansy", "tulip", "buttercup", "daisy", "lily", "peony", "violet", "carnation", "gladiola", "magnolia", "petunia", "zinnia"], "Insects": ["ant", "caterpillar", "flea", "locust", "spider", "bedbug", "centipede", "fly", "maggot", "tarantula", "bee", "cockroach", "gnat", "mosquito", "termite", "beetle", "cricket", "hornet", "moth", "wasp", "blackfly", "dragonfly", "horsefly", "roach", "weevil"]}, "attributes": {"Pleasant": ["caress", "freedom", "health", "love", "peace", "cheer", "friend", "heaven", "loyal", "pleasure", "diamond", "gentle", "honest", "lucky", "rainbow", "diploma", "gift", "honor", "miracle", "sunrise", "family", "happy", "laughter", "paradise", "vacation"], "Unpleasant": ["abuse", "crash", "filth", "murder", "sickness", "accident", "death", "grief", "poison", "stink", "assault", "disaster", "hatred", "pollute", "tragedy", "divorce", "jail", "poverty", "ugly", "cancer", "kill", "rotten", "vomit", "agony", "prison"]}}',1,'2026-11-28 20:41:23.278782');
INSERT INTO "probes" VALUES(2,'weat-2','weat','{"name": "weat-2", "kind": "weat", "description": "Instruments and weapons with pleasantness", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 2", "targets": {"Instruments": ["bagpipe", "cello", "guitar", "lute", "trombone", "banjo", "clarinet", "harmonica", "mandolin", "trumpet", "bassoon", "drum", "harp", "oboe", "tuba", "bell", "fiddle", "harpsichord", "piano", "viola", "bongo", "flute", "horn", "saxophone", "violin"], "Weapons": ["arrow", "club", "gun", "missile", "spear", "axe", "dagger", "harpoon", "pistol", "sword", "blade", "dynamite", "hatchet", "rifle", "tank", "bomb", "firearm", "knife", "shotgun", "teargas", "cannon", "grenade", "mace", "slingshot", "whip"]}, "attributes": {"Pleasant": ["caress", "freedom", "health", "love", "peace", "cheer", "friend", "heaven", "loyal", "pleasure", "diamond", "gentle", "honest", "lucky", "rainbow", "diploma", "gift", "honor", "miracle", "sunrise", "family", "happy", "laughter", "paradise", "vacation"], "Unpleasant": ["abuse", "crash", "filth", "murder", "sickness", "accident", "death", "grief", "poison", "stink", "assault", "disaster", "hatred", "pollute", "tragedy", "divorce", "jail", "poverty", "ugly", "cancer", "kill", "rotten", "vomit", "agony", "prison"]}}',1,'2026-11-28 20:41:23.278788');
INSERT INTO "probes" VALUES(3,'weat-3','weat','{"name": "weat-3", "kind": "weat", "description": "European American and African American names with pleasantness", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 3", "targets": {"European American names": ["Adam", "Harry", "Josh", "Roger", "Alan", "Frank", "Justin", "Ryan", "Andrew", "Jack", "Matthew", "Stephen", "Brad", "Greg", "Paul", "Jonathan", "Peter", "Amanda", "Courtney", "Heather", "Melanie", "Katie", "Betsy", "Kristin", "Nancy", "Stephanie", "Ellen", "Lauren", "Colleen", "Emily", "Megan", "Rachel"], "African American names": ["Alonzo", "Jamel", "Theo", "Alphonse", "Jerome", "Leroy", "Torrance", "Darnell", "Lamar", "Lionel", "Tyree", "Deion", "Lamont", "Malik", "Terrence", "Tyrone", "Lavon", "Marcellus", "Wardell", "Nichelle", "Shereen", "Ebony", "Latisha", "Shaniqua", "Jasmine", "Tanisha", "Tia", "Lakisha", "Latoya", "Yolanda", "Malika", "Yvette"]}, "attributes": {"Pleasant": ["caress", "freedom", "health", "love", "peace", "cheer", "friend", "heaven", "loyal", "pleasure", "diamond", "gentle", "honest", "lucky", "rainbow", "diploma", "gift", "honor", "miracle", "sunrise", "family", "happy", "laughter", "paradise", "vacation"], "Unpleasant": ["abuse", "crash", "filth", "murder", "sickness", "accident", "death", "grief", "poison", "stink", "assault", "disaster", "hatred", "pollute", "tragedy", "bomb", "divorce", "jail", "poverty", "ugly", "cancer", "evil", "kill", "rotten", "vomit"]}}',1,'2026-11-28 20:41:23.278789');
INSERT INTO "probes" VALUES(4,'weat-4','weat','{"name": "weat-4", "kind": "weat", "description": "European American and African American names (Bertrand and Mullainathan) with pleasantness", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 4", "targets": {"European American names": ["Brad", "Brendan", "Geoffrey", "Greg", "Brett", "Jay", "Matthew", "Neil", "Todd", "Allison", "Anne", "Carrie", "Emily", "Jill", "Laurie", "Kristen", "Meredith", "Sarah"], "African American names": ["Darnell", "Hakim", "Jermaine", "Kareem", "Jamal", "Leroy", "Rasheed", "Tremayne", "Tyrone", "Aisha", "Ebony", "Keisha", "Kenya", "Latonya", "Lakisha", "Latoya", "Tamika", "Tanisha"]}, "attributes": {"Pleasant": ["caress", "freedom", "health", "love", "peace", "cheer", "friend", "heaven", "loyal", "pleasure", "diamond", "gentle", "honest", "lucky", "rainbow", "diploma", "gift", "honor", "miracle", "sunrise", "family", "happy", "laughter", "paradise", "vacation"], "Unpleasant": ["abuse", "crash", "filth", "murder", "sickness", "accident", "death", "grief", "poison", "stink", "assault", "disaster", "hatred", "pollute", "tragedy", "bomb", "divorce", "jail", "poverty", "ugly", "cancer", "evil", "kill", "rotten", "vomit"]}}',1,'2026-11-28 20:41:23.278790');
INSERT INTO "probes" VALUES(5,'weat-5','weat','{"name": "weat-5", "kind": "weat", "description": "European American and African American names with the short pleasantness lists", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 5", "targets": {"European American names": ["Brad", "Brendan", "Geoffrey", "Greg", "Brett", "Jay", "Matthew", "Neil", "Todd", "Allison", "Anne", "Carrie", "Emily", "Jill", "Laurie", "Kristen", "Meredith", "Sarah"], "African American names": ["Darnell", "Hakim", "Jermaine", "Kareem", "Jamal", "Leroy", "Rasheed", "Tremayne", "Tyrone", "Aisha", "Ebony", "Keisha", "Kenya", "Latonya", "Lakisha", "Latoya", "Tamika", "Tanisha"]}, "attributes": {"Pleasant": ["joy", "love", "peace", "wonderful", "pleasure", "friend", "laughter", "happy"], "Unpleasant": ["agony", "terrible", "horrible", "nasty", "evil", "war", "awful", "failure"]}}',1,'2026-11-28 20:41:23.278792');
INSERT INTO "probes" VALUES(6,'weat-6','weat','{"name": "weat-6", "kind": "weat", "description": "Male and female names with career and family", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 6", "targets": {"Male names": ["John", "Paul", "Mike", "Kevin", "Steve", "Greg", "Jeff", "Bill"], "Female names": ["Amy", "Joan", "Lisa", "Sarah", "Diana", "Kate", "Ann", "Donna"]}, "attributes": {"Career": ["executive", "management", "professional", "corporation", "salary", "office", "business", "career"], "Family": ["home", "parents", "children", "family", "cousins", "marriage", "wedding", "relatives"]}}',1,'2026-11-28 20:41:23.278793');
INSERT INTO "probes" VALUES(7,'weat-7','weat','{"name": "weat-7", "kind": "weat", "description": "Math and arts with male and female terms", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 7", "targets": {"Math": ["math", "algebra", "geometry", "calculus", "equations", "computation", "numbers", "addition"], "Arts": ["poetry", "art", "dance", "literature", "novel", "symphony", "drama", "sculpture"]}, "attributes": {"Male terms": ["male", "man", "boy", "brother", "he", "him", "his", "son"], "Female terms": ["female", "woman", "girl", "sister", "she", "her", "hers", "daughter"]}}',1,'2026-11-28 20:41:23.278793');
INSERT INTO "probes" VALUES(8,'weat-8','weat','{"name": "weat-8", "kind": "weat", "description": "Science and arts with male and female terms", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 8", "targets": {"Science": ["science", "technology", "physics", "chemistry", "Einstein", "NASA", "experiment", "astronomy"], "Arts": ["poetry", "art", "Shakespeare", "dance", "literature", "novel", "symphony", "drama"]}, "attributes": {"Male terms": ["brother", "father", "uncle", "grandfather", "son", "he", "his", "him"], "Female terms": ["sister", "mother", "aunt", "grandmother", "daughter", "she", "hers", "her"]}}',1,'2026-11-28 20:41:23.278794');
INSERT INTO "probes" VALUES(9,'weat-9','weat','{"name": "weat-9", "kind": "weat", "description": "Mental and physical disease with temporary and permanent", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 9", "targets": {"Mental disease": ["sad", "hopeless", "gloomy", "tearful", "miserable", "depressed"], "Physical disease": ["sick", "illness", "influenza", "disease", "virus", "cancer"]}, "attributes": {"Temporary": ["impermanent", "unstable", "variable", "fleeting", "short-term", "brief", "occasional"], "Permanent": ["stable", "always", "constant", "persistent", "chronic", "prolonged", "forever"]}, "never_found": ["short-term"]}',1,'2026-11-28 20:41:23.278795');
INSERT INTO "probes" VALUES(10,'weat-10','weat','{"name": "weat-10", "kind": "weat", "description": "Young and old people''s names with pleasantness", "source": "Caliskan, Bryson and Narayanan 2017, Science 356(6334), supplementary materials, WEAT 10", "targets": {"Young people''s names": ["Tiffany", "Michelle", "Cindy", "Kristy", "Brad", "Eric", "Joey", "Billy"], "Old people''s names": ["Ethel", "Bernice", "Gertrude", "Agnes", "Cecil", "Wilbert", "Mortimer", "Edgar"]}, "attributes": {"Pleasant": ["joy", "love", "peace", "wonderful", "pleasure", "friend", "laughter", "happy"], "Unpleasant": ["agony", "terrible", "horrible", "nasty", "evil", "war", "awful", "failure"]}}',1,'2026-11-28 20:41:23.278795');
CREATE TABLE ranking_columns (
	audit_probe_id INTEGER NOT NULL, 
	name VARCHAR(32) NOT NULL, 
	version VARCHAR(32) NOT NULL, 
	made_from VARCHAR(64) NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_ranking_columns PRIMARY KEY (audit_probe_id, name), 
	CONSTRAINT fk_ranking_columns_audit_probe_id FOREIGN KEY(audit_probe_id) REFERENCES audit_probes (id) ON DELETE CASCADE
);
INSERT INTO "ranking_columns" VALUES(1,'documents','9e27dd73b6a14187ad2a1a1717833239','4fc6cdf4d5afb5302ba896a8a4fef2b9a68fd518557582e8b78591cec19d0f60',X'0200000001000000030000000400000000000000');
INSERT INTO "ranking_columns" VALUES(1,'influences','9c6a3b3a8dd9465ca951e942c35d115b','4fc6cdf4d5afb5302ba896a8a4fef2b9a68fd518557582e8b78591cec19d0f60',X'0000F0647E99A73F00000000829E043F00000000000000000000007A16D485BF000080A1E2339ABF');
INSERT INTO "ranking_columns" VALUES(1,'spreads','35f18df066384876bb9df2add44814c2','4fc6cdf4d5afb5302ba896a8a4fef2b9a68fd518557582e8b78591cec19d0f60',X'2D8521B2E00CA03F149515DF6EEF993F00000000000000009265443B335B823F27D2E9BDA388933F');
INSERT INTO "ranking_columns" VALUES(1,'stable','a2a1cd7b93664352a5b47d14ac09dd50','4fc6cdf4d5afb5302ba896a8a4fef2b9a68fd518557582e8b78591cec19d0f60',X'0100010101');
INSERT INTO "ranking_columns" VALUES(1,'sentences','4882568205594e76b6c9984b28de280c','4fc6cdf4d5afb5302ba896a8a4fef2b9a68fd518557582e8b78591cec19d0f60',X'02000000010000000000000002000000010000000400000000000000');
INSERT INTO "ranking_columns" VALUES(1,'stable_sentences','98bf9bf7768f436b857773f848ba5c86','4fc6cdf4d5afb5302ba896a8a4fef2b9a68fd518557582e8b78591cec19d0f60',X'01010100000101');
INSERT INTO "ranking_columns" VALUES(2,'documents','77f6d367202f4eb696b9146dd78d7cc6','1e0ff2d2ce82991b18099d79c7c91df47d9e46c3f4d6f05bc9a43850ae1d9ec8',X'0000000003000000010000000400000002000000');
INSERT INTO "ranking_columns" VALUES(2,'influences','936d12956790482fa8d57956ddf6c5d3','1e0ff2d2ce82991b18099d79c7c91df47d9e46c3f4d6f05bc9a43850ae1d9ec8',X'0000002A5A51823F0000000000000000000000F06E545EBF00008039D3D988BF0000201C689397BF');
INSERT INTO "ranking_columns" VALUES(2,'spreads','773a727393dc44c0aa3780135eafd2ae','1e0ff2d2ce82991b18099d79c7c91df47d9e46c3f4d6f05bc9a43850ae1d9ec8',X'0E5857BA956A823F0000000000000000F6A6CA7A3E8A883F8EFA6F1387716F3F31C205CADF52943F');
INSERT INTO "ranking_columns" VALUES(2,'stable','6de66cefbd0243a79aee43993070f020','1e0ff2d2ce82991b18099d79c7c91df47d9e46c3f4d6f05bc9a43850ae1d9ec8',X'0101000101');
INSERT INTO "ranking_columns" VALUES(2,'sentences','e8627027de1843169c2276b1ff5ecd43','1e0ff2d2ce82991b18099d79c7c91df47d9e46c3f4d6f05bc9a43850ae1d9ec8',X'00000000010000000000000002000000010000000400000002000000');
INSERT INTO "ranking_columns" VALUES(2,'stable_sentences','2e6197f803be4abc865bcaa221575413','1e0ff2d2ce82991b18099d79c7c91df47d9e46c3f4d6f05bc9a43850ae1d9ec8',X'01010000010101');
CREATE TABLE sentence_influences (
	audit_probe_id INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	document_id INTEGER NOT NULL, 
	sentence_index INTEGER NOT NULL, 
	influence DOUBLE NOT NULL, 
	spread DOUBLE NOT NULL, 
	sign_stability DOUBLE NOT NULL, 
	CONSTRAINT pk_sentence_influences PRIMARY KEY (audit_probe_id, rank), 
	CONSTRAINT fk_sentence_influences_audit_probe_id FOREIGN KEY(audit_probe_id) REFERENCES audit_probes (id) ON DELETE CASCADE, 
	CONSTRAINT fk_sentence_influences_document_id FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE
);
INSERT INTO "sentence_influences" VALUES(1,1,3,0,4.45067262553493492305e-02,1.90257394694882918384e-02,1.0);
INSERT INTO "sentence_influences" VALUES(1,2,2,1,7.4698223033919930458e-03,8.72336850132521442191e-03,1.0);
INSERT INTO "sentence_influences" VALUES(1,3,1,0,4.23399033024907112121e-03,5.76078930515091201802e-03,1.0);
INSERT INTO "sentence_influences" VALUES(1,4,3,1,1.58621295122429728507e-03,5.03739886612486476025e-02,0.5);
INSERT INTO "sentence_influences" VALUES(1,5,2,0,-0.00743049435550347,1.66040587581061209465e-02,0.5);
INSERT INTO "sentence_influences" VALUES(1,6,5,1,-1.06584316235966980457e-02,8.96301293009818880741e-03,1.0);
INSERT INTO "sentence_influences" VALUES(1,7,1,1,-2.98225419537629932165e-02,2.48367155769631427209e-02,1.0);
INSERT INTO "sentence_influences" VALUES(2,1,1,0,1.12454122863709926605e-02,4.02280243289270065393e-03,1.0);
INSERT INTO "sentence_influences" VALUES(2,2,2,0,7.57682824041694402694e-03,3.55004403196016110957e-03,1.0);
INSERT INTO "sentence_influences" VALUES(2,3,1,1,-2.30118277249857783317e-03,1.30151594477220921425e-02,0.5);
INSERT INTO "sentence_influences" VALUES(2,4,3,0,-7.40672022948274388909e-03,3.98591718727753369089e-02,0.5);
INSERT INTO "sentence_influences" VALUES(2,5,2,1,-9.42801340715959668159e-03,8.43238558907117609353e-03,1.0);
INSERT INTO "sentence_influences" VALUES(2,6,5,1,-1.21342183992965146899e-02,3.83831388489792087875e-03,1.0);
INSERT INTO "sentence_influences" VALUES(2,7,3,1,-1.56165291264187544584e-02,2.00117819787910093676e-02,1.0);
CREATE TABLE skipped_rows (
	id INTEGER NOT NULL, 
	corpus_id INTEGER NOT NULL, 
	place TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_skipped_rows PRIMARY KEY (id), 
	CONSTRAINT fk_skipped_rows_corpus_id FOREIGN KEY(corpus_id) REFERENCES corpora (id) ON DELETE CASCADE
);
CREATE TABLE uploads (
	id VARCHAR(32) NOT NULL, 
	filename TEXT NOT NULL, 
	total_bytes BIGINT NOT NULL, 
	received_bytes BIGINT NOT NULL, 
	sha256 VARCHAR(64), 
	preview JSON, 
	purpose VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_uploads PRIMARY KEY (id)
);
CREATE TABLE word_associations (
	audit_probe_id INTEGER NOT NULL, 
	set_name VARCHAR(80) NOT NULL, 
	word TEXT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	association DOUBLE NOT NULL, 
	spread DOUBLE NOT NULL, 
	count BIGINT NOT NULL, 
	CONSTRAINT pk_word_associations PRIMARY KEY (audit_probe_id, set_name, word), 
	CONSTRAINT fk_word_associations_audit_probe_id FOREIGN KEY(audit_probe_id) REFERENCES audit_probes (id) ON DELETE CASCADE
);
INSERT INTO "word_associations" VALUES(1,'Male names','John','target',-1.1632816728190063793e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Male names','Paul','target',2.18559394955627761536e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Male names','Mike','target',-1.51403052441646240183e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Male names','Kevin','target',4.04228790087919759299e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Male names','Steve','target',1.38834387341401632731e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Male names','Greg','target',-1.51673950179681854555e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Male names','Jeff','target',2.84196404462383256372e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Male names','Bill','target',0.145218757789553,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Amy','target',1.68746532460653630991e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Joan','target',2.32972796222205652538e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Lisa','target',1.57517644341173879141e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Sarah','target',1.68815736115718428855e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Diana','target',1.51187221485770250523e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Kate','target',-2.85354770197946472354e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Ann','target',-2.70090200074027848853e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Female names','Donna','target',-1.53902928035341141077e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','executive','attribute',-2.84548353703082734789e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','management','attribute',5.16905581825975179999e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','professional','attribute',-1.13709890829528523226e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','corporation','attribute',-2.05960887602292752607e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','salary','attribute',-2.08600216014313111223e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','office','attribute',5.36834159417829345772e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','business','attribute',7.17343898340688929105e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Career','career','attribute',2.64491493953366629821e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','home','attribute',-2.78293370481874679026e-03,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','parents','attribute',2.08367951842564430586e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','children','attribute',2.80452965354504479833e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','family','attribute',2.30033127229938433311e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','cousins','attribute',-4.7306078125539485768e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','marriage','attribute',2.4573674384068422416e-01,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','wedding','attribute',6.79240016497285326035e-02,0.01,5);
INSERT INTO "word_associations" VALUES(1,'Family','relatives','attribute',8.4754270570669462681e-02,0.01,5);
INSERT INTO "word_associations" VALUES(2,'he','he','target',-1.37712989526864337808e-01,0.01,5);
INSERT INTO "word_associations" VALUES(2,'he','his','target',2.88514176121649930373e-02,0.01,5);
INSERT INTO "word_associations" VALUES(2,'he','him','target',-3.82822660965298489088e-02,0.01,5);
INSERT INTO "word_associations" VALUES(2,'she','she','target',1.70428452842537547784e-01,0.01,5);
INSERT INTO "word_associations" VALUES(2,'she','her','target',6.78563648742005771224e-03,0.01,5);
INSERT INTO "word_associations" VALUES(2,'she','hers','target',2.74991672368389951722e-03,0.01,5);
INSERT INTO "word_associations" VALUES(2,'work','office','attribute',-1.4291594420659281539e-01,0.01,5);
INSERT INTO "word_associations" VALUES(2,'work','career','attribute',9.3913619749498689071e-02,0.01,5);
INSERT INTO "word_associations" VALUES(2,'work','salary','attribute',-2.06773344470996489619e-01,0.01,5);
INSERT INTO "word_associations" VALUES(2,'home','home','attribute',1.33177887952793422288e-01,0.01,5);
INSERT INTO "word_associations" VALUES(2,'home','family','attribute',3.04787502598026394107e-01,0.01,5);
INSERT INTO "word_associations" VALUES(2,'home','kitchen','attribute',-3.04937207619830397131e-01,0.01,5);
CREATE INDEX ix_jobs_subject ON jobs (kind, subject);
CREATE UNIQUE INDEX uq_jobs_active ON jobs (kind, subject) WHERE status IN ('waiting', 'running') AND kind <> 'preview';
CREATE UNIQUE INDEX uq_corpora_storage_name ON corpora (storage_name);
CREATE UNIQUE INDEX uq_imported_models_storage_name ON imported_models (storage_name);
CREATE INDEX ix_audits_corpus_id ON audits (corpus_id);
CREATE UNIQUE INDEX uq_audits_storage_name ON audits (storage_name);
CREATE INDEX ix_corpus_words_folded ON corpus_words (corpus_id, folded);
CREATE INDEX ix_documents_length ON documents (corpus_id, token_count);
CREATE INDEX ix_skipped_rows_corpus_id ON skipped_rows (corpus_id);
CREATE INDEX ix_audit_models_model_id ON audit_models (model_id);
CREATE INDEX ix_checks_audit_id ON checks (audit_id);
CREATE INDEX ix_marked_documents_document_id ON marked_documents (document_id);
CREATE INDEX ix_document_influences_document ON document_influences (document_id, audit_probe_id);
CREATE INDEX ix_sentence_influences_document ON sentence_influences (document_id, audit_probe_id);
COMMIT;
