-- Made of schema.py, where the tables are described; a test compares them.

CREATE TABLE allowance (
    provider TEXT NOT NULL,
    remaining INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (provider)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE asset (
    id INTEGER NOT NULL,
    identity BLOB NOT NULL,
    media_type TEXT NOT NULL,
    seen_at REAL NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (identity)
)
 STRICT;

CREATE TABLE job (
    path BLOB NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    due REAL NOT NULL,
    attempts INTEGER NOT NULL,
    reason TEXT NOT NULL,
    owner TEXT,
    claim BLOB,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    inode INTEGER,
    size INTEGER,
    mtime_ns INTEGER,
    added REAL NOT NULL,
    PRIMARY KEY (path)
)
 STRICT;

CREATE INDEX job_due ON job (priority, due) WHERE state = 'open';

CREATE INDEX job_state ON job (state) WHERE state <> 'open';

CREATE TABLE ledger (
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("key")
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE limiter (
    account TEXT NOT NULL,
    tat REAL NOT NULL,
    not_before REAL NOT NULL,
    PRIMARY KEY (account)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE pause (
    provider TEXT NOT NULL,
    until REAL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    since REAL NOT NULL,
    PRIMARY KEY (provider)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE quota (
    scope TEXT NOT NULL,
    day INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (scope, day)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE run (
    id INTEGER NOT NULL,
    command TEXT NOT NULL,
    started REAL NOT NULL,
    ended REAL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE sidecar (
    path BLOB NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    PRIMARY KEY (path)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE source (
    id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (provider, model)
)
 STRICT;

CREATE TABLE throughput (
    slot INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    photos INTEGER NOT NULL,
    PRIMARY KEY (slot, outcome)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE token (
    provider TEXT NOT NULL,
    serial INTEGER NOT NULL,
    sealed BLOB,
    leased_until REAL NOT NULL,
    PRIMARY KEY (provider)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE worker (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started REAL NOT NULL,
    seen REAL NOT NULL,
    doing TEXT NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE call (
    id INTEGER NOT NULL,
    asset_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    state TEXT NOT NULL,
    token TEXT,
    courier TEXT,
    status INTEGER,
    headers TEXT,
    answer BLOB,
    price INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    currency TEXT NOT NULL,
    charged INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    charges INTEGER NOT NULL,
    sent_at REAL NOT NULL,
    done_at REAL,
    PRIMARY KEY (id),
    UNIQUE (asset_id, provider, fingerprint),
    FOREIGN KEY(asset_id) REFERENCES asset (id)
)
 STRICT;

CREATE INDEX call_unsettled ON call (token) WHERE state IN ('intent', 'doubt');

CREATE TABLE file (
    path BLOB NOT NULL,
    asset_id INTEGER,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    target BLOB,
    keywords BLOB,
    original BLOB,
    trace BLOB,
    at REAL NOT NULL,
    PRIMARY KEY (path),
    FOREIGN KEY(asset_id) REFERENCES asset (id)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX file_asset ON file (asset_id);

CREATE INDEX file_review ON file (path) WHERE outcome = 'review';

CREATE TABLE proposed (
    path BLOB NOT NULL,
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    source_id INTEGER NOT NULL,
    confidence INTEGER,
    PRIMARY KEY (path, kind, value),
    FOREIGN KEY(source_id) REFERENCES source (id)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX proposed_value ON proposed (kind, value);

CREATE TABLE written (
    asset_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    source_id INTEGER NOT NULL,
    confidence INTEGER,
    at INTEGER NOT NULL,
    fate INTEGER NOT NULL,
    PRIMARY KEY (asset_id, kind, value),
    FOREIGN KEY(asset_id) REFERENCES asset (id),
    FOREIGN KEY(source_id) REFERENCES source (id)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX written_decided ON written (kind, value, fate) WHERE fate > 0;

CREATE INDEX written_value ON written (kind, value);
