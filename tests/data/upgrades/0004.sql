CREATE FUNCTION public.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the record is append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.asking (
    id integer NOT NULL,
    destination_id integer NOT NULL,
    moves_id integer,
    topics text NOT NULL,
    cadence text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    tries integer NOT NULL,
    confirmed_at timestamp with time zone
);
CREATE SEQUENCE public.asking_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.asking_id_seq OWNED BY public.asking.id;
CREATE TABLE public.attempt (
    id integer NOT NULL,
    delivery_id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    status integer,
    error text,
    took_ms integer NOT NULL
);
CREATE SEQUENCE public.attempt_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.attempt_id_seq OWNED BY public.attempt.id;
CREATE TABLE public.audit (
    id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    person_id integer,
    did text NOT NULL,
    about text NOT NULL,
    detail text NOT NULL
);
CREATE SEQUENCE public.audit_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;
CREATE TABLE public.bucket (
    key text NOT NULL,
    "left" double precision NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.change (
    seq integer NOT NULL,
    strategy text NOT NULL,
    key text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    body text,
    body_digest text NOT NULL,
    hash text NOT NULL
);
CREATE TABLE public.change_subject (
    seq integer NOT NULL,
    subject text NOT NULL
);
CREATE TABLE public.contest (
    id integer NOT NULL,
    strategy text NOT NULL,
    about text NOT NULL,
    text text NOT NULL,
    evidence_url text,
    address text,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    said text,
    answer text,
    outcome text,
    answered_by integer
);
CREATE SEQUENCE public.contest_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.contest_id_seq OWNED BY public.contest.id;
CREATE TABLE public.decision (
    id integer NOT NULL,
    sighting_id integer NOT NULL,
    kind text NOT NULL,
    announcements text NOT NULL,
    reason text,
    words text,
    suggested text NOT NULL,
    draft_key text,
    decided_by integer NOT NULL,
    decided_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.decision_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.decision_id_seq OWNED BY public.decision.id;
CREATE TABLE public.delivery (
    id integer NOT NULL,
    about text NOT NULL,
    message text NOT NULL,
    destination_id integer NOT NULL,
    channel text NOT NULL,
    bulk boolean NOT NULL,
    first integer,
    last integer,
    due_at timestamp with time zone,
    leased_until timestamp with time zone,
    worker text,
    attempts integer NOT NULL,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    last_error text,
    late boolean NOT NULL,
    digest_id integer,
    body text
);
CREATE SEQUENCE public.delivery_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.delivery_id_seq OWNED BY public.delivery.id;
CREATE TABLE public.destination (
    id integer NOT NULL,
    channel text NOT NULL,
    address text,
    address_hash text,
    name text NOT NULL,
    owner_id integer,
    cadence text NOT NULL,
    summary text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    paused_at timestamp with time zone,
    paused_until timestamp with time zone,
    stopped_at timestamp with time zone,
    stopped_because text,
    digested_to integer NOT NULL,
    secret text,
    old_secret text,
    old_secret_until timestamp with time zone,
    failing_since timestamp with time zone,
    warned_at timestamp with time zone,
    parked_at timestamp with time zone,
    not_before timestamp with time zone
);
CREATE SEQUENCE public.destination_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.destination_id_seq OWNED BY public.destination.id;
CREATE TABLE public.draft (
    id integer NOT NULL,
    strategy text NOT NULL,
    key text NOT NULL,
    content text NOT NULL,
    author_id integer NOT NULL,
    version integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    publish_at timestamp with time zone,
    seen_seq integer NOT NULL,
    returned_because text
);
CREATE SEQUENCE public.draft_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.draft_id_seq OWNED BY public.draft.id;
CREATE TABLE public.head (
    id integer NOT NULL,
    seq integer NOT NULL,
    hash text NOT NULL,
    recorded_at timestamp with time zone,
    CONSTRAINT ck_head_only_one CHECK ((id = 1))
);
CREATE SEQUENCE public.head_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.head_id_seq OWNED BY public.head.id;
CREATE TABLE public.held_role (
    id integer NOT NULL,
    person_id integer NOT NULL,
    role text NOT NULL,
    of text NOT NULL,
    given_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.held_role_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.held_role_id_seq OWNED BY public.held_role.id;
CREATE TABLE public.job_run (
    job text NOT NULL,
    last_slot timestamp with time zone,
    leased_until timestamp with time zone,
    worker text,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    last_error text
);
CREATE TABLE public.login_session (
    id integer NOT NULL,
    token_hash text NOT NULL,
    person_id integer NOT NULL,
    browser text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.login_session_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.login_session_id_seq OWNED BY public.login_session.id;
CREATE TABLE public.page_snapshot (
    digest text NOT NULL,
    text bytea NOT NULL,
    body bytea,
    read_at timestamp with time zone NOT NULL
);
CREATE TABLE public.person (
    id integer NOT NULL,
    address text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone
);
CREATE SEQUENCE public.person_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.person_id_seq OWNED BY public.person.id;
CREATE TABLE public.publication (
    id integer NOT NULL,
    key text NOT NULL,
    strategy text NOT NULL,
    first_seq integer,
    last_seq integer,
    published_at timestamp with time zone NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    content text NOT NULL
);
CREATE SEQUENCE public.publication_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.publication_id_seq OWNED BY public.publication.id;
CREATE TABLE public.publication_topic (
    publication_id integer NOT NULL,
    topic text NOT NULL
);
CREATE TABLE public.searchable (
    id integer NOT NULL,
    strategy text NOT NULL,
    kind text NOT NULL,
    place text NOT NULL,
    seq integer,
    title text NOT NULL,
    text text NOT NULL,
    source text,
    since date,
    known_on date,
    title_words text NOT NULL,
    text_words text NOT NULL,
    words tsvector GENERATED ALWAYS AS ((setweight(to_tsvector('simple'::regconfig, title_words), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, text_words), 'B'::"char"))) STORED NOT NULL
);
CREATE SEQUENCE public.searchable_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.searchable_id_seq OWNED BY public.searchable.id;
CREATE TABLE public.sighting (
    id integer NOT NULL,
    item text NOT NULL,
    version text NOT NULL,
    source text NOT NULL,
    url text NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    publisher text NOT NULL,
    document_type text,
    published_at timestamp with time zone,
    first_published_at timestamp with time zone,
    seen_at timestamp with time zone NOT NULL,
    note text,
    note_is text NOT NULL,
    note_url text,
    note_due_at timestamp with time zone,
    note_tries integer NOT NULL,
    silent boolean NOT NULL,
    withdrawn boolean NOT NULL,
    historic boolean NOT NULL,
    baseline boolean NOT NULL,
    text_digest text,
    snapshot text,
    before_id integer,
    offered boolean NOT NULL,
    later_until timestamp with time zone,
    decision_id integer
);
CREATE SEQUENCE public.sighting_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sighting_id_seq OWNED BY public.sighting.id;
CREATE TABLE public.sign_in (
    id integer NOT NULL,
    person_id integer,
    browser_hash text NOT NULL,
    next text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    owed_at timestamp with time zone,
    tries integer NOT NULL,
    used_at timestamp with time zone
);
CREATE SEQUENCE public.sign_in_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sign_in_id_seq OWNED BY public.sign_in.id;
CREATE TABLE public.source (
    key text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    publisher text NOT NULL,
    url text NOT NULL,
    link text NOT NULL,
    host text NOT NULL,
    every_seconds integer NOT NULL,
    digest text NOT NULL,
    retired_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    etag text,
    last_modified text,
    body_digest text,
    high_water timestamp with time zone,
    tried_at timestamp with time zone,
    read_at timestamp with time zone,
    changed_at timestamp with time zone,
    failures integer NOT NULL,
    broken_since timestamp with time zone,
    trouble text,
    text_digest text,
    doubt_digest text
);
CREATE TABLE public.source_trouble (
    id integer NOT NULL,
    source text NOT NULL,
    kind text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    noticed_at timestamp with time zone NOT NULL,
    said text NOT NULL,
    ended_at timestamp with time zone
);
CREATE SEQUENCE public.source_trouble_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.source_trouble_id_seq OWNED BY public.source_trouble.id;
CREATE TABLE public.strategy (
    id integer NOT NULL,
    slug text NOT NULL,
    structure text NOT NULL,
    digest text NOT NULL,
    loaded_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.strategy_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.strategy_id_seq OWNED BY public.strategy.id;
CREATE TABLE public.subscription (
    id integer NOT NULL,
    destination_id integer NOT NULL,
    topic text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    after integer NOT NULL
);
CREATE SEQUENCE public.subscription_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.subscription_id_seq OWNED BY public.subscription.id;
CREATE TABLE public.suggestion (
    sighting_id integer NOT NULL,
    strategy text NOT NULL,
    announcement integer NOT NULL,
    score double precision NOT NULL,
    reasons text NOT NULL
);
CREATE TABLE public.watched_host (
    name text NOT NULL,
    leased_until timestamp with time zone,
    worker text,
    not_before timestamp with time zone,
    robots text,
    robots_read_at timestamp with time zone
);
ALTER TABLE ONLY public.asking ALTER COLUMN id SET DEFAULT nextval('public.asking_id_seq'::regclass);
ALTER TABLE ONLY public.attempt ALTER COLUMN id SET DEFAULT nextval('public.attempt_id_seq'::regclass);
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.contest ALTER COLUMN id SET DEFAULT nextval('public.contest_id_seq'::regclass);
ALTER TABLE ONLY public.decision ALTER COLUMN id SET DEFAULT nextval('public.decision_id_seq'::regclass);
ALTER TABLE ONLY public.delivery ALTER COLUMN id SET DEFAULT nextval('public.delivery_id_seq'::regclass);
ALTER TABLE ONLY public.destination ALTER COLUMN id SET DEFAULT nextval('public.destination_id_seq'::regclass);
ALTER TABLE ONLY public.draft ALTER COLUMN id SET DEFAULT nextval('public.draft_id_seq'::regclass);
ALTER TABLE ONLY public.head ALTER COLUMN id SET DEFAULT nextval('public.head_id_seq'::regclass);
ALTER TABLE ONLY public.held_role ALTER COLUMN id SET DEFAULT nextval('public.held_role_id_seq'::regclass);
ALTER TABLE ONLY public.login_session ALTER COLUMN id SET DEFAULT nextval('public.login_session_id_seq'::regclass);
ALTER TABLE ONLY public.person ALTER COLUMN id SET DEFAULT nextval('public.person_id_seq'::regclass);
ALTER TABLE ONLY public.publication ALTER COLUMN id SET DEFAULT nextval('public.publication_id_seq'::regclass);
ALTER TABLE ONLY public.searchable ALTER COLUMN id SET DEFAULT nextval('public.searchable_id_seq'::regclass);
ALTER TABLE ONLY public.sighting ALTER COLUMN id SET DEFAULT nextval('public.sighting_id_seq'::regclass);
ALTER TABLE ONLY public.sign_in ALTER COLUMN id SET DEFAULT nextval('public.sign_in_id_seq'::regclass);
ALTER TABLE ONLY public.source_trouble ALTER COLUMN id SET DEFAULT nextval('public.source_trouble_id_seq'::regclass);
ALTER TABLE ONLY public.strategy ALTER COLUMN id SET DEFAULT nextval('public.strategy_id_seq'::regclass);
ALTER TABLE ONLY public.subscription ALTER COLUMN id SET DEFAULT nextval('public.subscription_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0004');
INSERT INTO public.audit VALUES (1, '2026-11-22 12:00:00+00', NULL, 'added a person', 'person/1', '{}');
INSERT INTO public.audit VALUES (2, '2026-11-22 12:00:00+00', NULL, 'gave a role', 'person/1', '{"of":"","role":"admin"}');
INSERT INTO public.audit VALUES (3, '2026-11-22 12:00:00+00', NULL, 'added a person', 'person/2', '{}');
INSERT INTO public.audit VALUES (4, '2026-11-22 12:00:00+00', NULL, 'gave a role', 'person/2', '{"of":"","role":"editor"}');
INSERT INTO public.audit VALUES (5, '2026-11-22 12:00:00+00', NULL, 'added a person', 'person/3', '{}');
INSERT INTO public.audit VALUES (6, '2026-11-22 12:00:00+00', NULL, 'gave a role', 'person/3', '{"of":"","role":"editor"}');
INSERT INTO public.audit VALUES (7, '2026-11-22 12:00:00+00', NULL, 'added a person', 'person/4', '{}');
INSERT INTO public.audit VALUES (8, '2026-11-22 12:00:00+00', NULL, 'gave a role', 'person/4', '{"of":"Example Organisation (invented)","role":"organisation-author"}');
INSERT INTO public.audit VALUES (9, '2026-11-22 12:00:00+00', 2, 'saved an entry', 'entry/1', '{"content":{"evidence":[{"publisher":"Example Organisation (invented)","title":"A document that does not exist (invented)","url":"https://example.org/"}],"facts":[{"about":["1","3"],"happened_on":"2026-11-22","kind":"noted","known_on":"2026-11-22","text":"(Invented for this demonstration.) A page about both was published."}]},"key":"entry-2026-11-22-9ae4e135","version":1}');
INSERT INTO public.audit VALUES (10, '2026-11-22 12:00:00+00', 2, 'published an entry', 'entry/1', '{"key":"entry-demo-published","seqs":[20]}');
INSERT INTO public.audit VALUES (11, '2026-11-22 12:00:00+00', 2, 'saved an entry', 'entry/2', '{"content":{"evidence":[{"publisher":"Example Organisation (invented)","title":"A document that does not exist (invented)","url":"https://example.org/"}],"facts":[{"about":["3"],"happened_on":"2026-11-22","kind":"noted","known_on":"2026-11-22","text":"(Invented for this demonstration.) A page was published."}]},"key":"entry-2026-11-22-679fc25a","version":1}');
INSERT INTO public.audit VALUES (12, '2026-11-22 12:00:00+00', 2, 'saved an entry', 'entry/3', '{"content":{"evidence":[{"publisher":"Example Organisation (invented)","title":"A document that does not exist (invented)","url":"https://example.org/"}],"facts":[{"about":["1/wardens"],"happened_on":"2026-11-22","kind":"delivered","known_on":"2026-11-22","text":"(Invented for this demonstration.) It was delivered."}]},"key":"entry-2026-11-22-13604417","version":1}');
INSERT INTO public.audit VALUES (13, '2026-11-22 12:00:00+00', 1, 'put a sighting off', 'sighting/1', '{"announcements":[],"kind":"later"}');
INSERT INTO public.change VALUES (1, 'harbour-lights', 'plan-published', '2026-11-22 12:00:00+00', '{"fact":{"evidence":[{"claimed_by":"Invented Port Authority","dated":"2025-01-20","publisher":"Invented Port Authority","title":"Harbour Lights Renewal Plan (invented)","url":"https://example.org/harbour-lights/plan"}],"happened_on":"2025-01-20","kind":"noted","known_on":"2025-01-20","text":"The Harbour Lights Renewal Plan was published."},"key":"plan-published","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'ae18224920c4ad762ccb7f4f3ca46aba6b0605157e82d5756386a75345b22e13', '4c83a49d13979ed9762b1f41f894875d277339f41a861bd76686ab27207d59c7');
INSERT INTO public.change VALUES (2, 'harbour-lights', 'register-runs-at-publication', '2026-11-22 12:00:00+00', '{"fact":{"about":["3/register"],"evidence":[{"claimed_by":"Invented Port Authority","dated":"2025-01-20","publisher":"Invented Port Authority","title":"Harbour Lights Renewal Plan (invented)","url":"https://example.org/harbour-lights/plan"}],"happened_on":"2025-01-20","kind":"ongoing","known_on":"2025-01-20","text":"The register of night crews is open."},"key":"register-runs-at-publication","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'd1a1f6721b1fb8b8649cab933a477ae009d47e0de30999ca6f44b91d25cce65a', '8748386474ea55747bc718c74eef647a51a5d2f003de35bab9a381ae440c6661');
INSERT INTO public.change VALUES (3, 'harbour-lights', 'wardens-six', '2026-11-22 12:00:00+00', '{"fact":{"about":["1/wardens"],"as_printed":"six lamp wardens","by":"Invented Port Authority","evidence":[{"claimed_by":"Invented Port Authority","dated":"2025-01-20","publisher":"Invented Port Authority","title":"Harbour Lights Renewal Plan (invented)","url":"https://example.org/harbour-lights/plan"}],"happened_on":"2025-01-20","kind":"scope-stated","known_on":"2025-01-20","measure":"wardens","programme":"Breakwater lamps","text":"The plan promises six lamp wardens.","unit":"people","value":6},"key":"wardens-six","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'ee995fb3b10022c9ebfb7b187441969285f9f7f3435b4ca0cafacb5f288742a1', 'c840b7ecebcc960cf4a206e2f9ea268934026e4070db9016d6f2f09ba8ffdb47');
INSERT INTO public.change VALUES (4, 'harbour-lights', 'tower-started', '2026-11-22 12:00:00+00', '{"fact":{"about":["2/tower"],"evidence":[{"dated":"2025-02-03","publisher":"Hafan Olau Gazette (invented)","title":"Scaffold at Tŵr yr Arwydd (invented)","url":"https://example.org/gazette/2025-02-03"}],"happened_on":"2025-02-03","kind":"started","known_on":"2025-02-03","text":"A scaffold went up at Tŵr yr Arwydd."},"key":"tower-started","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '6e185b2e0032b400aaecf94dcbf39eaade420eaeac1e0e53c75bf7764ba4476f', 'd2d0fc0c521541f8ea2c08828cdb2319263c2e8276e5709e0002dc89362a9304');
INSERT INTO public.change VALUES (5, 'harbour-lights', 'signals-started', '2026-11-22 12:00:00+00', '{"fact":{"about":["2/signals"],"evidence":[{"dated":"2025-02-17","publisher":"Invented Port Authority","title":"Fog signals: tender (invented)","url":"https://example.org/harbour-lights/signals-tender"}],"happened_on":"2025-02-17","kind":"started","known_on":"2025-02-17","text":"The port authority asked for offers for new fog signals."},"key":"signals-started","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '221ab19b7dda185716eefdae886b1dfbb6a64422fe104c0558b56e1b3e087a87', 'fafe13678bc1e440d918bf41e1971636a83cd93cdcb937f173f4fed5dc4ecd16');
INSERT INTO public.change VALUES (6, 'harbour-lights', 'lamps-started', '2026-11-22 12:00:00+00', '{"fact":{"about":["1/lamps"],"evidence":[{"dated":"2025-03-03","publisher":"Invented Port Authority","title":"Lamps ordered (invented)","url":"https://example.org/harbour-lights/lamps-ordered"}],"happened_on":"2025-03-03","kind":"started","known_on":"2025-03-03","text":"The port authority ordered the lamps from Cymdeithas y Lampwyr."},"key":"lamps-started","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '2ed3ac8419af385df067fc98cb1d8d66e3c33b8c816170e1ee0e37a269fbf932', '13ba290d734c55439bfcaafb84821bca7e0fafce05264827c531fc6799682f31');
INSERT INTO public.change VALUES (7, 'harbour-lights', 'handbook-delivered', '2026-11-22 12:00:00+00', '{"fact":{"about":["3/handbook"],"evidence":[{"dated":"2025-03-28","publisher":"Invented Port Authority","title":"Night handbook: Εγχειρίδιο νύχτας (invented)","url":"https://example.org/harbour-lights/night-handbook"}],"happened_on":"2025-03-28","kind":"delivered","known_on":"2025-03-28","text":"The night handbook (Εγχειρίδιο νύχτας) was published."},"key":"handbook-delivered","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '83dec1b1da12bc171067d3c6915bf3fa0d8ba9de8ecc9759f5f126af98edeaab', '58c2cdf8280d38514b9974bca261438d891c847f86ec5fef5d28d0d0e4a04707');
INSERT INTO public.change VALUES (8, 'harbour-lights', 'wardens-started', '2026-11-22 12:00:00+00', '{"fact":{"about":["1/wardens"],"evidence":[{"dated":"2025-05-12","publisher":"Invented Port Authority","title":"Lamp wardens wanted (invented)","url":"https://example.org/harbour-lights/wardens"}],"happened_on":"2025-05-12","kind":"started","known_on":"2025-05-12","text":"The port authority advertised for lamp wardens."},"key":"wardens-started","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'f49b243bba3e862a697b206a27508f2526abbfcef50f3d3bfdf6e67816d153a1', '7ba25a3e8756f620274e7185ae44506b1601b4ec0110d690d1bdab6875e6c204');
INSERT INTO public.change VALUES (9, 'harbour-lights', 'signals-date-october', '2026-11-22 12:00:00+00', '{"fact":{"about":["2/signals/switched-on"],"as_printed":"by the end of October 2025","by":"Invented Port Authority","edtf":"2025-10","evidence":[{"dated":"2025-06-10","page":"1","publisher":"Invented Port Authority","quotation":"The signals will sound by the end of October 2025.","title":"Letter to pilots (invented)","url":"https://example.org/harbour-lights/letter-to-pilots"}],"happened_on":"2025-06-10","kind":"date-stated","known_on":"2025-06-10","text":"The port authority told pilots that the signals will sound by the end of October 2025."},"key":"signals-date-october","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'bad8868392b04c838185195238a0b2a4dcfb5d841ba29788c15ed1ecb087138c', 'd0bdc23b8814d45c6c12587f79ddaed7857cc060842da5b822a89d30428c8d4b');
INSERT INTO public.change VALUES (10, 'harbour-lights', 'overdue-1-lamps-lit-2025-06-30', '2026-11-22 12:00:00+00', '{"fact":{"about":["1/lamps/lit"],"due":"2025-06-30","happened_on":"2025-07-01","kind":"became-overdue","known_on":"2025-07-01","text":"Became overdue: New lamps lit (promised for “Spring 2025”, so by 30 June 2025)"},"key":"overdue-1-lamps-lit-2025-06-30","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '357647b15e4237045b39801799a936a66d9e32abe3e01063bd0a3f884a9eac17', '7604dbd6120478bb5f46dea8474b181ea4c7d1c709f5a7dff0df668ddf776883');
INSERT INTO public.change VALUES (11, 'harbour-lights', 'lamps-delivered', '2026-11-22 12:00:00+00', '{"fact":{"about":["1/lamps"],"evidence":[{"dated":"2025-09-04","publisher":"Invented Port Authority","quotation":"The new lamps were lit in the course of July and August.","title":"Notice to mariners 9 (invented)","url":"https://example.org/harbour-lights/notice-9"}],"happened_on":"2025-07/2025-08","kind":"delivered","known_on":"2025-09-04","note":"The notice gives no day.","text":"The new lamps were lit, some day in July or August 2025."},"key":"lamps-delivered","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '7f7b6810483298dffed589c2910f71d43440d98438f29bea387d5142006781d4', '7c5addcec2d9647a33e50b6ab5dcf469fd13321ca56857c31fc8a078d89b145e');
INSERT INTO public.change VALUES (12, 'harbour-lights', 'tower-stopped', '2026-11-22 12:00:00+00', '{"fact":{"about":["2/tower"],"evidence":[{"dated":"2025-09-12","publisher":"Invented Port Authority","title":"Minutes of the harbour board (invented)","url":"https://example.org/harbour-lights/minutes-2025-09-12"}],"happened_on":"2025-09-12","kind":"stopped","known_on":"2025-09-12","text":"The harbour board gave up the restoration of Tŵr yr Arwydd."},"key":"tower-stopped","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '4cce1f6675eca386c88d985ba27c745eb41183b8c85eaa13290fff3d364d91f4', 'c81ee8fbd71b26a03001552e563b9c98ac358c88fa7687cd85beb27da34d700d');
INSERT INTO public.change VALUES (13, 'harbour-lights', 'wardens-four', '2026-11-22 12:00:00+00', '{"fact":{"about":["1/wardens"],"as_printed":"four wardens","by":"Invented Port Authority","evidence":[{"dated":"2025-09-15","publisher":"Invented Port Authority","title":"Budget of the port (invented)","url":"https://example.org/harbour-lights/budget"}],"happened_on":"2025-09-15","kind":"scope-stated","known_on":"2025-09-15","material":true,"measure":"wardens","programme":"Breakwater lamps","text":"The budget pays for four lamp wardens, not six.","unit":"people","value":4},"key":"wardens-four","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'a4a9ab775be7362b37bf97216a9f9f5bf3cdd58a70fe4581cedbc319dc391c28', 'c19c23e8e34fb988c9047a63bb66a72b979fddbf6c699be7dd8ebec5991e4e19');
INSERT INTO public.change VALUES (14, 'harbour-lights', 'overdue-2-signals-switched-on-2025-10-31', '2026-11-22 12:00:00+00', '{"fact":{"about":["2/signals/switched-on"],"due":"2025-10-31","happened_on":"2025-11-01","kind":"became-overdue","known_on":"2025-11-01","text":"Became overdue: Fog signals switched on (promised for “by the end of October 2025”, so by 31 October 2025)"},"key":"overdue-2-signals-switched-on-2025-10-31","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'ed4990281799c982ca225683270da8afd5bfb14bca9168ce98068ad4faddacc7', '10a1018d953b201762264cf5cc3871ff7e0f6a60fa57027d156312bb91e971ee');
INSERT INTO public.change VALUES (15, 'harbour-lights', 'friends-verdict', '2026-11-22 12:00:00+00', '{"fact":{"about":["1"],"evidence":[{"dated":"2025-11-04","publisher":"Friends of the Outer Light (invented)","title":"Bulletin of the Friends of the Outer Light (invented)","url":"https://example.org/friends/bulletin"}],"happened_on":"2025-11-04","kind":"verdict-given","known_on":"2025-11-04","next":"The port authority should appoint all six wardens.","organisation":"Friends of the Outer Light (invented)","rating":"Da iawn, gan mwyaf","text":"The Friends of the Outer Light welcome the lamps and regret that two wardens were lost."},"key":"friends-verdict","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '46ee9e0de030a411cf599b6d0ef421e53338662e2aa889435f7c323c5efb29c9', 'be3a00abd7e75c834ab61056453208fb3659d1f53e30009576242742263e82a3');
INSERT INTO public.change VALUES (16, 'harbour-lights', 'signals-date-march', '2026-11-22 12:00:00+00', '{"fact":{"about":["2/signals/switched-on"],"as_printed":"March 2026","by":"Invented Port Authority","edtf":"2026-03","evidence":[{"dated":"2025-11-20","publisher":"Invented Port Authority","title":"Notice to mariners 12 (invented)","url":"https://example.org/harbour-lights/notice-12"}],"happened_on":"2025-11-20","kind":"date-stated","known_on":"2025-11-20","text":"The port authority put the signals off to March 2026."},"key":"signals-date-march","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '2cdc66f3182281b4f25ee71f8da1797bdd4abbe109dfc10d8ee2c9480a6f3b0f', '2d086f2c7772ffeb044fc2b48d9405c9c281e892ad96affab899c1031c8bd216');
INSERT INTO public.change VALUES (17, 'harbour-lights', 'register-runs-december', '2026-11-22 12:00:00+00', '{"fact":{"about":["3/register"],"evidence":[{"dated":"2025-12-01","publisher":"Ένωση νυχτερινών πληρωμάτων (invented)","title":"Register of night crews (invented)","url":"https://example.org/night-crews/register"}],"happened_on":"2025-12-01","kind":"ongoing","known_on":"2025-12-01","text":"The register of night crews is still open."},"key":"register-runs-december","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'afdfab2e913246e06de07bd277bfa67754cf1d31ea52b5272ee37d409b357040', '95ab1ebb767e5fb0c462acaa8511dbb1ad751a57d426cd6bb77559ddcfdcef5e');
INSERT INTO public.change VALUES (18, 'harbour-lights', 'survey-reviewed', '2026-11-22 12:00:00+00', '{"fact":{"about":["3/survey"],"happened_on":"2026-02-20","kind":"reviewed","known_on":"2026-02-20","looked":["example.org/harbour-lights","Hafan Olau Gazette (invented)"],"text":"We looked for a survey of the quays and found none."},"key":"survey-reviewed","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', 'f02615cbeb4b2b81d6c17a807ae3aa2600fbf5985903c750ccbe9aa21981adde', '591ce6a8cdf976877c7c6629cf3a2c6dc0e985e362e81e9955feafac9ab29966');
INSERT INTO public.change VALUES (19, 'harbour-lights', 'overdue-1-wardens-appointed-2026-02-28', '2026-11-22 12:00:00+00', '{"fact":{"about":["1/wardens/appointed"],"due":"2026-02-28","happened_on":"2026-03-01","kind":"became-overdue","known_on":"2026-03-01","text":"Became overdue: Wardens appointed (promised for “Winter 2025”, so by 28 February 2026)"},"key":"overdue-1-wardens-appointed-2026-02-28","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '6b47788043c9d88f29053c17382a7e8b40586bd39c7f477004aac922e0375b28', '8dc785e7368b6a0c72a1684e716ff70e375d920c9dd655c04f048491b0fc3957');
INSERT INTO public.change VALUES (20, 'harbour-lights', 'entry-demo-published', '2026-11-22 12:00:00+00', '{"fact":{"about":["1","3"],"evidence":[{"publisher":"Example Organisation (invented)","title":"A document that does not exist (invented)","url":"https://example.org/"}],"happened_on":"2026-11-22","kind":"noted","known_on":"2026-11-22","text":"(Invented for this demonstration.) A page about both was published."},"key":"entry-demo-published","recorded_at":"2026-11-22T12:00:00Z","strategy":"harbour-lights"}', '8f9cb06e2d98dca6b91a0534560b8ac39d1d164c2ca0b8d23b0290220cbf72e4', '5dd53f4ca069dcaba8c8d6cedf6e563030fc4e93c7ac2026f974872c2b463531');
INSERT INTO public.change_subject VALUES (1, 'harbour-lights');
INSERT INTO public.change_subject VALUES (2, 'harbour-lights');
INSERT INTO public.change_subject VALUES (2, 'harbour-lights/3/register');
INSERT INTO public.change_subject VALUES (3, 'harbour-lights');
INSERT INTO public.change_subject VALUES (3, 'harbour-lights/1/wardens');
INSERT INTO public.change_subject VALUES (4, 'harbour-lights');
INSERT INTO public.change_subject VALUES (4, 'harbour-lights/2/tower');
INSERT INTO public.change_subject VALUES (5, 'harbour-lights');
INSERT INTO public.change_subject VALUES (5, 'harbour-lights/2/signals');
INSERT INTO public.change_subject VALUES (6, 'harbour-lights');
INSERT INTO public.change_subject VALUES (6, 'harbour-lights/1/lamps');
INSERT INTO public.change_subject VALUES (7, 'harbour-lights');
INSERT INTO public.change_subject VALUES (7, 'harbour-lights/3/handbook');
INSERT INTO public.change_subject VALUES (8, 'harbour-lights');
INSERT INTO public.change_subject VALUES (8, 'harbour-lights/1/wardens');
INSERT INTO public.change_subject VALUES (9, 'harbour-lights');
INSERT INTO public.change_subject VALUES (9, 'harbour-lights/2/signals/switched-on');
INSERT INTO public.change_subject VALUES (10, 'harbour-lights');
INSERT INTO public.change_subject VALUES (10, 'harbour-lights/1/lamps/lit');
INSERT INTO public.change_subject VALUES (11, 'harbour-lights');
INSERT INTO public.change_subject VALUES (11, 'harbour-lights/1/lamps');
INSERT INTO public.change_subject VALUES (12, 'harbour-lights');
INSERT INTO public.change_subject VALUES (12, 'harbour-lights/2/tower');
INSERT INTO public.change_subject VALUES (13, 'harbour-lights');
INSERT INTO public.change_subject VALUES (13, 'harbour-lights/1/wardens');
INSERT INTO public.change_subject VALUES (14, 'harbour-lights');
INSERT INTO public.change_subject VALUES (14, 'harbour-lights/2/signals/switched-on');
INSERT INTO public.change_subject VALUES (15, 'harbour-lights');
INSERT INTO public.change_subject VALUES (15, 'harbour-lights/1');
INSERT INTO public.change_subject VALUES (16, 'harbour-lights');
INSERT INTO public.change_subject VALUES (16, 'harbour-lights/2/signals/switched-on');
INSERT INTO public.change_subject VALUES (17, 'harbour-lights');
INSERT INTO public.change_subject VALUES (17, 'harbour-lights/3/register');
INSERT INTO public.change_subject VALUES (18, 'harbour-lights');
INSERT INTO public.change_subject VALUES (18, 'harbour-lights/3/survey');
INSERT INTO public.change_subject VALUES (19, 'harbour-lights');
INSERT INTO public.change_subject VALUES (19, 'harbour-lights/1/wardens/appointed');
INSERT INTO public.change_subject VALUES (20, 'harbour-lights');
INSERT INTO public.change_subject VALUES (20, 'harbour-lights/1');
INSERT INTO public.change_subject VALUES (20, 'harbour-lights/3');
INSERT INTO public.decision VALUES (1, 1, 'later', '[]', NULL, NULL, '[{"announcement":"championing-kinship-care/14","score":0.91}]', NULL, 1, '2026-11-22 12:00:00+00');
INSERT INTO public.delivery VALUES (1, 'publication:1', 'publication', 1, 'email', true, 1, 1, '2026-11-22 12:00:00+00', NULL, NULL, 0, NULL, NULL, NULL, false, NULL, NULL);
INSERT INTO public.delivery VALUES (2, 'publication:1', 'publication', 2, 'email', true, 1, 1, '2026-11-22 12:00:00+00', NULL, NULL, 0, NULL, NULL, NULL, false, NULL, NULL);
INSERT INTO public.delivery VALUES (3, 'publication:1', 'publication', 3, 'email', true, 1, 1, '2026-11-22 12:00:00+00', NULL, NULL, 0, NULL, NULL, NULL, false, NULL, NULL);
INSERT INTO public.delivery VALUES (4, 'publication:1', 'publication', 7, 'webhook', true, 1, 1, '2026-11-22 12:00:00+00', NULL, NULL, 0, NULL, NULL, NULL, false, NULL, NULL);
INSERT INTO public.delivery VALUES (5, 'digest:weekly:2026-11-16', 'digest', 5, 'email', true, 1, 1, '2026-11-22 12:00:00+00', NULL, NULL, 0, NULL, NULL, NULL, false, NULL, NULL);
INSERT INTO public.delivery VALUES (6, 'digest:daily:2026-11-22', 'digest', 4, 'email', true, 1, 1, '2026-11-22 12:00:00+00', NULL, NULL, 0, NULL, NULL, NULL, false, NULL, NULL);
INSERT INTO public.destination VALUES (1, 'email', 'follows-everything@example.invalid', NULL, '', NULL, 'at-once', '', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.destination VALUES (2, 'email', 'follows-two@example.invalid', NULL, '', NULL, 'at-once', '', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.destination VALUES (3, 'email', 'follows-a-theme@example.invalid', NULL, '', NULL, 'at-once', '', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.destination VALUES (7, 'webhook', 'https://hooks.example.invalid/tracker', NULL, 'An endpoint that nobody answers at (invented)', 1, 'at-once', '', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL, NULL, NULL, NULL, 0, 'whsec_k6VviEVOBnk1nLhJWukl12R2GLbByxCc', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.destination VALUES (5, 'email', 'reads-weekly@example.invalid', NULL, '', NULL, 'weekly', '', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.destination VALUES (4, 'email', 'reads-daily@example.invalid', NULL, '', NULL, 'daily', '', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.draft VALUES (2, 'harbour-lights', 'entry-demo-on-hold', '{"evidence":[{"publisher":"Example Organisation (invented)","title":"A document that does not exist (invented)","url":"https://example.org/"}],"facts":[{"about":["3"],"happened_on":"2026-11-22","kind":"noted","known_on":"2026-11-22","text":"(Invented for this demonstration.) A page was published."}]}', 2, 1, '2026-11-22 12:00:00+00', '2026-11-22 12:02:00+00', 20, NULL);
INSERT INTO public.draft VALUES (3, 'harbour-lights', 'entry-demo-draft', '{"evidence":[{"publisher":"Example Organisation (invented)","title":"A document that does not exist (invented)","url":"https://example.org/"}],"facts":[{"about":["1/wardens"],"happened_on":"2026-11-22","kind":"delivered","known_on":"2026-11-22","text":"(Invented for this demonstration.) It was delivered."}]}', 2, 1, '2026-11-22 12:00:00+00', NULL, 20, NULL);
INSERT INTO public.head VALUES (1, 20, '5dd53f4ca069dcaba8c8d6cedf6e563030fc4e93c7ac2026f974872c2b463531', '2026-11-22 12:00:00+00');
INSERT INTO public.held_role VALUES (1, 1, 'admin', '', '2026-11-22 12:00:00+00');
INSERT INTO public.held_role VALUES (2, 2, 'editor', '', '2026-11-22 12:00:00+00');
INSERT INTO public.held_role VALUES (3, 3, 'editor', '', '2026-11-22 12:00:00+00');
INSERT INTO public.held_role VALUES (4, 4, 'organisation-author', 'Example Organisation (invented)', '2026-11-22 12:00:00+00');
INSERT INTO public.job_run VALUES ('publish-due', '2026-11-22 12:00:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('owe-sign-ins', '2026-11-22 12:00:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('forget-sign-ins', '2026-11-22 03:10:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('forget-alerts', '2026-11-22 03:20:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('forget-contests', '2026-11-22 03:30:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('note-lapses', '2026-11-22 00:05:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('coming-up', '2026-11-22 08:00:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('resume-paused', '2026-11-22 08:10:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('write-monthly-digests', '2026-11-01 08:30:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('write-weekly-digests', '2026-11-16 08:30:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('write-daily-digests', '2026-11-22 08:30:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.job_run VALUES ('watch-endpoints', '2026-11-22 12:00:00+00', NULL, 'sample', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.person VALUES (1, 'admin@example.invalid', 'Ada Admin (invented)', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.person VALUES (2, 'editor@example.invalid', 'Edwin Editor (invented)', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.person VALUES (3, 'second-editor@example.invalid', 'Edith Editor (invented)', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.person VALUES (4, 'author@example.invalid', 'Olive Author (invented)', '2026-11-22 12:00:00+00', NULL);
INSERT INTO public.publication VALUES (1, 'entry-demo-published', 'harbour-lights', 20, 20, '2026-11-22 12:00:00+00', 'Harbour Lights Tracker (invented): Announcements 1 and 3: new evidence', 'Announcements 1 and 3: new evidence
(Invented for this demonstration.) A page about both was published.
It happened on 22 November 2026.
# Evidence
- A document that does not exist (invented) (Example Organisation (invented))
  https://example.org/', '{"addresses":[{"path":"/announcements/1#change-20","title":"1. Relighting the outer breakwater"},{"path":"/announcements/3#change-20","title":"3. Safety on the quays at night"}],"evidence":[{"publisher":"Example Organisation (invented)","title":"A document that does not exist (invented)","url":"https://example.org/"}],"happened_on":"2026-11-22","headline":"Announcements 1 and 3: new evidence","kinds":["noted"],"one_day":true,"overdue_first":false,"sentences":["(Invented for this demonstration.) A page about both was published."],"statuses":[]}');
INSERT INTO public.publication_topic VALUES (1, 'all');
INSERT INTO public.publication_topic VALUES (1, 'all/harbour-lights');
INSERT INTO public.publication_topic VALUES (1, 'announcement/harbour-lights/1');
INSERT INTO public.publication_topic VALUES (1, 'announcement/harbour-lights/3');
INSERT INTO public.publication_topic VALUES (1, 'group/harbour-lights/night-crews');
INSERT INTO public.publication_topic VALUES (1, 'group/harbour-lights/visiting-berth');
INSERT INTO public.publication_topic VALUES (1, 'group/harbour-lights/yearly-mooring');
INSERT INTO public.publication_topic VALUES (1, 'kind/harbour-lights/evidence');
INSERT INTO public.publication_topic VALUES (1, 'theme/harbour-lights/lit');
INSERT INTO public.publication_topic VALUES (1, 'theme/harbour-lights/safe');
INSERT INTO public.searchable VALUES (1, 'harbour-lights', 'change', '/changes#change-1', 1, 'The Harbour Lights Renewal Plan was published.', '', 'Context, 20 January 2025', NULL, NULL, 'the harbour light renew plan was publish', '', DEFAULT);
INSERT INTO public.searchable VALUES (2, 'harbour-lights', 'evidence', '/changes#change-1', 1, 'Harbour Lights Renewal Plan (invented)', 'Invented Port Authority. Claimed by Invented Port Authority', '20 January 2025', NULL, NULL, 'harbour light renew plan invent', 'invent port author claim by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (3, 'harbour-lights', 'change', '/announcements/3#change-2', 2, 'The register of night crews is open.', '', 'Confirmed ongoing, 20 January 2025', NULL, NULL, 'the regist of night crew is open', '', DEFAULT);
INSERT INTO public.searchable VALUES (4, 'harbour-lights', 'evidence', '/announcements/3#change-2', 2, 'Harbour Lights Renewal Plan (invented)', 'Invented Port Authority. Claimed by Invented Port Authority', '20 January 2025', NULL, NULL, 'harbour light renew plan invent', 'invent port author claim by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (5, 'harbour-lights', 'change', '/announcements/1#change-3', 3, 'The plan promises six lamp wardens.', 'Wardens as printed: “six lamp wardens”. Programme: Breakwater lamps. Stated by Invented Port Authority', 'Scope stated, 20 January 2025', NULL, NULL, 'the plan promis six lamp warden', 'warden as print six lamp warden programm breakwat lamp state by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (6, 'harbour-lights', 'evidence', '/announcements/1#change-3', 3, 'Harbour Lights Renewal Plan (invented)', 'Invented Port Authority. Claimed by Invented Port Authority', '20 January 2025', NULL, NULL, 'harbour light renew plan invent', 'invent port author claim by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (7, 'harbour-lights', 'change', '/announcements/2#change-4', 4, 'A scaffold went up at Tŵr yr Arwydd.', '', 'Started, 3 February 2025', NULL, NULL, 'a scaffold went up at twr yr arwydd', '', DEFAULT);
INSERT INTO public.searchable VALUES (8, 'harbour-lights', 'evidence', '/announcements/2#change-4', 4, 'Scaffold at Tŵr yr Arwydd (invented)', 'Hafan Olau Gazette (invented)', '3 February 2025', NULL, NULL, 'scaffold at twr yr arwydd invent', 'hafan olau gazett invent', DEFAULT);
INSERT INTO public.searchable VALUES (9, 'harbour-lights', 'change', '/announcements/2#change-5', 5, 'The port authority asked for offers for new fog signals.', '', 'Started, 17 February 2025', NULL, NULL, 'the port author ask for offer for new fog signal', '', DEFAULT);
INSERT INTO public.searchable VALUES (10, 'harbour-lights', 'evidence', '/announcements/2#change-5', 5, 'Fog signals: tender (invented)', 'Invented Port Authority', '17 February 2025', NULL, NULL, 'fog signal tender invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (11, 'harbour-lights', 'change', '/announcements/1#change-6', 6, 'The port authority ordered the lamps from Cymdeithas y Lampwyr.', '', 'Started, 3 March 2025', NULL, NULL, 'the port author order the lamp from cymdeitha y lampwyr', '', DEFAULT);
INSERT INTO public.searchable VALUES (12, 'harbour-lights', 'evidence', '/announcements/1#change-6', 6, 'Lamps ordered (invented)', 'Invented Port Authority', '3 March 2025', NULL, NULL, 'lamp order invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (13, 'harbour-lights', 'change', '/announcements/3#change-7', 7, 'The night handbook (Εγχειρίδιο νύχτας) was published.', '', 'Delivered, 28 March 2025', NULL, NULL, 'the night handbook εγχειριδιο νυχτασ was publish', '', DEFAULT);
INSERT INTO public.searchable VALUES (14, 'harbour-lights', 'evidence', '/announcements/3#change-7', 7, 'Night handbook: Εγχειρίδιο νύχτας (invented)', 'Invented Port Authority', '28 March 2025', NULL, NULL, 'night handbook εγχειριδιο νυχτασ invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (15, 'harbour-lights', 'change', '/announcements/1#change-8', 8, 'The port authority advertised for lamp wardens.', '', 'Started, 12 May 2025', NULL, NULL, 'the port author advertis for lamp warden', '', DEFAULT);
INSERT INTO public.searchable VALUES (16, 'harbour-lights', 'evidence', '/announcements/1#change-8', 8, 'Lamp wardens wanted (invented)', 'Invented Port Authority', '12 May 2025', NULL, NULL, 'lamp warden want invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (17, 'harbour-lights', 'change', '/announcements/2#change-9', 9, 'The port authority told pilots that the signals will sound by the end of October 2025.', 'Date as printed: “by the end of October 2025”. Stated by Invented Port Authority', 'Date stated, 10 June 2025', NULL, NULL, 'the port author told pilot that the signal will sound by the end of octob 2025', 'date as print by the end of octob 2025 state by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (18, 'harbour-lights', 'evidence', '/announcements/2#change-9', 9, 'Letter to pilots (invented)', 'Invented Port Authority. “The signals will sound by the end of October 2025.”', '10 June 2025, 1', NULL, NULL, 'letter to pilot invent', 'invent port author the signal will sound by the end of octob 2025', DEFAULT);
INSERT INTO public.searchable VALUES (19, 'harbour-lights', 'change', '/announcements/1#change-10', 10, 'Became overdue: New lamps lit (promised for “Spring 2025”, so by 30 June 2025)', '', 'Became overdue, 1 July 2025', NULL, NULL, 'becam overdu new lamp lit promis for spring 2025 so by 30 june 2025', '', DEFAULT);
INSERT INTO public.searchable VALUES (20, 'harbour-lights', 'change', '/announcements/1#change-11', 11, 'The new lamps were lit, some day in July or August 2025.', 'The notice gives no day.', 'Delivered, between July 2025 and August 2025', NULL, NULL, 'the new lamp were lit some day in juli or august 2025', 'the notic give no day', DEFAULT);
INSERT INTO public.searchable VALUES (21, 'harbour-lights', 'evidence', '/announcements/1#change-11', 11, 'Notice to mariners 9 (invented)', 'Invented Port Authority. “The new lamps were lit in the course of July and August.”', '4 September 2025', NULL, NULL, 'notic to marin 9 invent', 'invent port author the new lamp were lit in the cours of juli and august', DEFAULT);
INSERT INTO public.searchable VALUES (22, 'harbour-lights', 'change', '/announcements/2#change-12', 12, 'The harbour board gave up the restoration of Tŵr yr Arwydd.', '', 'Stopped, 12 September 2025', NULL, NULL, 'the harbour board gave up the restor of twr yr arwydd', '', DEFAULT);
INSERT INTO public.searchable VALUES (23, 'harbour-lights', 'evidence', '/announcements/2#change-12', 12, 'Minutes of the harbour board (invented)', 'Invented Port Authority', '12 September 2025', NULL, NULL, 'minut of the harbour board invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (24, 'harbour-lights', 'change', '/announcements/1#change-13', 13, 'The budget pays for four lamp wardens, not six.', 'Wardens as printed: “four wardens”. Programme: Breakwater lamps. Stated by Invented Port Authority', 'Scope stated, 15 September 2025', NULL, NULL, 'the budget pay for four lamp warden not six', 'warden as print four warden programm breakwat lamp state by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (25, 'harbour-lights', 'evidence', '/announcements/1#change-13', 13, 'Budget of the port (invented)', 'Invented Port Authority', '15 September 2025', NULL, NULL, 'budget of the port invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (26, 'harbour-lights', 'change', '/announcements/2#change-14', 14, 'Became overdue: Fog signals switched on (promised for “by the end of October 2025”, so by 31 October 2025)', '', 'Became overdue, 1 November 2025', NULL, NULL, 'becam overdu fog signal switch on promis for by the end of octob 2025 so by 31 octob 2025', '', DEFAULT);
INSERT INTO public.searchable VALUES (27, 'harbour-lights', 'change', '/announcements/1#change-15', 15, 'The Friends of the Outer Light welcome the lamps and regret that two wardens were lost.', 'Opinion of Friends of the Outer Light (invented). “Da iawn, gan mwyaf”. What it says should happen next: The port authority should appoint all six wardens.', 'Verdict given, 4 November 2025', NULL, NULL, 'the friend of the outer light welcom the lamp and regret that two warden were lost', 'opinion of friend of the outer light invent da iawn gan mwyaf what it say should happen next the port author should appoint all six warden', DEFAULT);
INSERT INTO public.searchable VALUES (28, 'harbour-lights', 'evidence', '/announcements/1#change-15', 15, 'Bulletin of the Friends of the Outer Light (invented)', 'Friends of the Outer Light (invented)', '4 November 2025', NULL, NULL, 'bulletin of the friend of the outer light invent', 'friend of the outer light invent', DEFAULT);
INSERT INTO public.searchable VALUES (29, 'harbour-lights', 'change', '/announcements/2#change-16', 16, 'The port authority put the signals off to March 2026.', 'Date as printed: “March 2026”. Stated by Invented Port Authority', 'Date stated, 20 November 2025', NULL, NULL, 'the port author put the signal off to march 2026', 'date as print march 2026 state by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (30, 'harbour-lights', 'evidence', '/announcements/2#change-16', 16, 'Notice to mariners 12 (invented)', 'Invented Port Authority', '20 November 2025', NULL, NULL, 'notic to marin 12 invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (31, 'harbour-lights', 'change', '/announcements/3#change-17', 17, 'The register of night crews is still open.', '', 'Confirmed ongoing, 1 December 2025', NULL, NULL, 'the regist of night crew is still open', '', DEFAULT);
INSERT INTO public.searchable VALUES (32, 'harbour-lights', 'evidence', '/announcements/3#change-17', 17, 'Register of night crews (invented)', 'Ένωση νυχτερινών πληρωμάτων (invented)', '1 December 2025', NULL, NULL, 'regist of night crew invent', 'ενωση νυχτερινων πληρωματων invent', DEFAULT);
INSERT INTO public.searchable VALUES (33, 'harbour-lights', 'change', '/announcements/3#change-18', 18, 'We looked for a survey of the quays and found none.', 'Where we looked: example.org/harbour-lights; Hafan Olau Gazette (invented)', 'Looked for, nothing found, 20 February 2026', NULL, NULL, 'we look for a survey of the quay and found none', 'where we look exampl org harbour light hafan olau gazett invent', DEFAULT);
INSERT INTO public.searchable VALUES (34, 'harbour-lights', 'change', '/announcements/1#change-19', 19, 'Became overdue: Wardens appointed (promised for “Winter 2025”, so by 28 February 2026)', '', 'Became overdue, 1 March 2026', NULL, NULL, 'becam overdu warden appoint promis for winter 2025 so by 28 februari 2026', '', DEFAULT);
INSERT INTO public.searchable VALUES (35, 'harbour-lights', 'announcement', '/announcements/1#main-content', NULL, '1. Relighting the outer breakwater', '', NULL, NULL, NULL, '1 relight the outer breakwat', '', DEFAULT);
INSERT INTO public.searchable VALUES (36, 'harbour-lights', 'wording', '/announcements/1#wording-1', NULL, '1. Relighting the outer breakwater', 'Relighting the outer breakwater with new lamps, and appointing six lamp wardens.', 'Harbour Lights Renewal Plan (invented), list of announcements, about p. 2', NULL, NULL, '', 'relight the outer breakwat with new lamp and appoint six lamp warden', DEFAULT);
INSERT INTO public.searchable VALUES (88, 'harbour-lights', 'term', '/about#groups', NULL, 'Boats with a visitor’s berth', 'Boats that stay for a few nights.', NULL, NULL, NULL, 'boat with a visitor berth', 'boat that stay for a few night', DEFAULT);
INSERT INTO public.searchable VALUES (37, 'harbour-lights', 'wording', '/announcements/1#wording-2', NULL, '1. Relighting the outer breakwater', 'We will relight the outer breakwater (y morglawdd allanol) with new lamps and appoint six lamp wardens.', 'Harbour Lights Renewal Plan (invented), chapter box, about p. 4', NULL, NULL, '', 'we will relight the outer breakwat y morglawdd allanol with new lamp and appoint six lamp warden', DEFAULT);
INSERT INTO public.searchable VALUES (38, 'harbour-lights', 'wording', '/announcements/1#benefits', NULL, '1. Relighting the outer breakwater', 'Every boat, whether moored for the year or for the night.', 'Harbour Lights Renewal Plan (invented), benefit table, about p. 13', NULL, NULL, '', 'everi boat whether moor for the year or for the night', DEFAULT);
INSERT INTO public.searchable VALUES (39, 'harbour-lights', 'wording', '/announcements/1#benefits', NULL, '1. Relighting the outer breakwater', 'On the outer breakwater, from summer.', 'Harbour Lights Renewal Plan (invented), benefit table, about p. 13', NULL, NULL, '', 'on the outer breakwat from summer', DEFAULT);
INSERT INTO public.searchable VALUES (40, 'harbour-lights', 'announcement', '/announcements/1#deliverable-1', NULL, '1. Relighting the outer breakwater', 'New lamps lit. What counts as done: The new lamps on the outer breakwater are lit. Lamps can be seen. The plan gives two dates for the lamps: the later counts.', NULL, NULL, NULL, '', 'new lamp lit what count as done the new lamp on the outer breakwat are lit lamp can be seen the plan give two date for the lamp the later count', DEFAULT);
INSERT INTO public.searchable VALUES (41, 'harbour-lights', 'announcement', '/announcements/1#dates', NULL, '1. Relighting the outer breakwater', 'New lamps lit. “Spring 2025”. “by the end of June 2025”', NULL, NULL, NULL, '', 'new lamp lit spring 2025 by the end of june 2025', DEFAULT);
INSERT INTO public.searchable VALUES (42, 'harbour-lights', 'announcement', '/announcements/1#deliverable-2', NULL, '1. Relighting the outer breakwater', 'Lamp wardens appointed. What counts as done: The lamp wardens are appointed and named. Names are published, contracts are not.', NULL, NULL, NULL, '', 'lamp warden appoint what count as done the lamp warden are appoint and name name are publish contract are not', DEFAULT);
INSERT INTO public.searchable VALUES (43, 'harbour-lights', 'announcement', '/announcements/1#dates', NULL, '1. Relighting the outer breakwater', 'Wardens appointed. “Winter 2025”. Winter 2025 is December 2025 to February 2026.', NULL, NULL, NULL, '', 'warden appoint winter 2025 winter 2025 is decemb 2025 to februari 2026', DEFAULT);
INSERT INTO public.searchable VALUES (44, 'harbour-lights', 'announcement', '/announcements/1#benefits', NULL, '1. Relighting the outer breakwater', 'Whether a boat comes in after dark. Boats with a yearly mooring: Named. Boats moored for the year are named. Boats with a visitor’s berth: Named. Boats moored for the night are named. Night crews: Not said', NULL, NULL, NULL, '', 'whether a boat come in after dark boat with a year moor name boat moor for the year are name boat with a visitor berth name boat moor for the night are name night crew not said', DEFAULT);
INSERT INTO public.searchable VALUES (45, 'harbour-lights', 'announcement', '/announcements/1#eligibility', NULL, '1. Relighting the outer breakwater', 'Nobody yet: the lamps are promised to every boat.', NULL, '2025-01-20', '2025-01-20', '', 'nobodi yet the lamp are promis to everi boat', DEFAULT);
INSERT INTO public.searchable VALUES (46, 'harbour-lights', 'announcement', '/announcements/1#eligibility', NULL, '1. Relighting the outer breakwater', 'Every boat.', NULL, '2025-08-31', '2025-09-04', '', 'everi boat', DEFAULT);
INSERT INTO public.searchable VALUES (47, 'harbour-lights', 'announcement', '/announcements/1#money', NULL, '1. Relighting the outer breakwater', '“₥40,000”: It comes from the yearly budget for lamps. “We will spend ₥40,000 of this year’s lamp budget.”', NULL, '2025-01-20', '2025-01-20', '', '40 000 it come from the year budget for lamp we will spend 40 000 of this year lamp budget', DEFAULT);
INSERT INTO public.searchable VALUES (48, 'harbour-lights', 'announcement', '/announcements/1#roles', NULL, '1. Relighting the outer breakwater', 'Invented Port Authority: Buys and lights the lamps.', NULL, NULL, NULL, '', 'invent port author buy and light the lamp', DEFAULT);
INSERT INTO public.searchable VALUES (49, 'harbour-lights', 'announcement', '/announcements/1#roles', NULL, '1. Relighting the outer breakwater', 'Cymdeithas y Lampwyr (invented): Makes the lamps.', NULL, NULL, NULL, '', 'cymdeitha y lampwyr invent make the lamp', DEFAULT);
INSERT INTO public.searchable VALUES (50, 'harbour-lights', 'announcement', '/announcements/2#main-content', NULL, '2. Fog signals, the old tower and the tide book', 'Pilots and wardens hear and read the same signals.', NULL, NULL, NULL, '2 fog signal the old tower and the tide book', 'pilot and warden hear and read the same signal', DEFAULT);
INSERT INTO public.searchable VALUES (51, 'harbour-lights', 'wording', '/announcements/2#wording-1', NULL, '2. Fog signals, the old tower and the tide book', 'Switching on new fog signals, restoring the old signal tower (Tŵr yr Arwydd) and printing a tide book (Βιβλίο παλιρροιών).', 'Harbour Lights Renewal Plan (invented), list of announcements, about p. 2', NULL, NULL, '', 'switch on new fog signal restor the old signal tower twr yr arwydd and print a tide book βιβλιο παλιρροιων', DEFAULT);
INSERT INTO public.searchable VALUES (52, 'harbour-lights', 'announcement', '/announcements/2#deliverable-1', NULL, '2. Fog signals, the old tower and the tide book', 'Fog signals switched on. What counts as done: The new fog signals sound in fog. Signals can be heard.', NULL, NULL, NULL, '', 'fog signal switch on what count as done the new fog signal sound in fog signal can be heard', DEFAULT);
INSERT INTO public.searchable VALUES (89, 'harbour-lights', 'term', '/about#groups', NULL, 'Night crews', 'People who work on the quays at night.', NULL, NULL, NULL, 'night crew', 'peopl who work on the quay at night', DEFAULT);
INSERT INTO public.searchable VALUES (53, 'harbour-lights', 'announcement', '/announcements/2#dates', NULL, '2. Fog signals, the old tower and the tide book', 'Fog signals switched on. “TBC”. The plan gives no day. The first day stated was the end of October 2025.', NULL, NULL, NULL, '', 'fog signal switch on tbc the plan give no day the first day state was the end of octob 2025', DEFAULT);
INSERT INTO public.searchable VALUES (54, 'harbour-lights', 'announcement', '/announcements/2#deliverable-2', NULL, '2. Fog signals, the old tower and the tide book', 'Tŵr yr Arwydd restored. What counts as done: The old signal tower is open again. A tower is open or shut.', NULL, NULL, NULL, '', 'twr yr arwydd restor what count as done the old signal tower is open again a tower is open or shut', DEFAULT);
INSERT INTO public.searchable VALUES (55, 'harbour-lights', 'announcement', '/announcements/2#deliverable-3', NULL, '2. Fog signals, the old tower and the tide book', 'Tide book printed (Llyfr y Llanw, Βιβλίο παλιρροιών). What counts as done: A tide book can be had from the harbour office. The office has it or has not.', NULL, NULL, NULL, '', 'tide book print llyfr y llanw βιβλιο παλιρροιων what count as done a tide book can be had from the harbour offic the offic has it or has not', DEFAULT);
INSERT INTO public.searchable VALUES (56, 'harbour-lights', 'announcement', '/announcements/2#roles', NULL, '2. Fog signals, the old tower and the tide book', 'Invented Port Authority: Restores the tower and prints the book.', NULL, NULL, NULL, '', 'invent port author restor the tower and print the book', DEFAULT);
INSERT INTO public.searchable VALUES (57, 'harbour-lights', 'announcement', '/announcements/3#main-content', NULL, '3. Safety on the quays at night', '', NULL, NULL, NULL, '3 safeti on the quay at night', '', DEFAULT);
INSERT INTO public.searchable VALUES (58, 'harbour-lights', 'wording', '/announcements/3#wording-1', NULL, '3. Safety on the quays at night', 'Publishing a night handbook, keeping the register of night crews and surveying the quays.', 'Harbour Lights Renewal Plan (invented), list of announcements, about p. 2', NULL, NULL, '', 'publish a night handbook keep the regist of night crew and survey the quay', DEFAULT);
INSERT INTO public.searchable VALUES (59, 'harbour-lights', 'wording', '/announcements/3#benefits', NULL, '3. Safety on the quays at night', 'Everyone who works on the quays at night.', 'Harbour Lights Renewal Plan (invented), benefit table, about p. 13', NULL, NULL, '', 'everyon who work on the quay at night', DEFAULT);
INSERT INTO public.searchable VALUES (60, 'harbour-lights', 'announcement', '/announcements/3#deliverable-1', NULL, '3. Safety on the quays at night', 'Night handbook published. What counts as done: The night handbook can be read by anyone. It is published or not.', NULL, NULL, NULL, '', 'night handbook publish what count as done the night handbook can be read by anyon it is publish or not', DEFAULT);
INSERT INTO public.searchable VALUES (61, 'harbour-lights', 'announcement', '/announcements/3#dates', NULL, '3. Safety on the quays at night', 'Night handbook published. “March 2025”', NULL, NULL, NULL, '', 'night handbook publish march 2025', DEFAULT);
INSERT INTO public.searchable VALUES (62, 'harbour-lights', 'announcement', '/announcements/3#deliverable-2', NULL, '3. Safety on the quays at night', 'Register of night crews kept. What counts as done: The register is open for entries: this has no end. Whether it is open can be seen, who is on it cannot.', NULL, NULL, NULL, '', 'regist of night crew kept what count as done the regist is open for entri this has no end whether it is open can be seen who is on it cannot', DEFAULT);
INSERT INTO public.searchable VALUES (63, 'harbour-lights', 'announcement', '/announcements/3#dates', NULL, '3. Safety on the quays at night', 'Register kept. “Ongoing delivery”', NULL, NULL, NULL, '', 'regist kept ongo deliveri', DEFAULT);
INSERT INTO public.searchable VALUES (64, 'harbour-lights', 'announcement', '/announcements/3#deliverable-3', NULL, '3. Safety on the quays at night', 'Survey of the quays. What counts as done: The survey’s findings are published. The plan does not say that the findings will be published.', NULL, NULL, NULL, '', 'survey of the quay what count as done the survey find are publish the plan doe not say that the find will be publish', DEFAULT);
INSERT INTO public.searchable VALUES (65, 'harbour-lights', 'announcement', '/announcements/3#dates', NULL, '3. Safety on the quays at night', 'Survey begun. “January 2024”. A year before the plan itself: probably a misprint. Shown as printed, and nothing becomes late by it.', NULL, NULL, NULL, '', 'survey begun januari 2024 a year befor the plan itself probabl a misprint shown as print and noth becom late by it', DEFAULT);
INSERT INTO public.searchable VALUES (66, 'harbour-lights', 'announcement', '/announcements/3#benefits', NULL, '3. Safety on the quays at night', 'Boats with a yearly mooring: Not said. Boats with a visitor’s berth: Named as excluded. The plan leaves visitors out. Night crews: All, whatever the legal status. All night crews.', NULL, NULL, NULL, '', 'boat with a year moor not said boat with a visitor berth name as exclud the plan leav visitor out night crew all whatev the legal status all night crew', DEFAULT);
INSERT INTO public.searchable VALUES (67, 'harbour-lights', 'announcement', '/announcements/3#eligibility', NULL, '3. Safety on the quays at night', 'Anyone can read the night handbook; only night crews can enter themselves in the register.', NULL, '2025-03-28', '2025-03-28', '', 'anyon can read the night handbook onli night crew can enter themselv in the regist', DEFAULT);
INSERT INTO public.searchable VALUES (68, 'harbour-lights', 'announcement', '/announcements/3#money', NULL, '3. Safety on the quays at night', '“₥1,500”: It pays for printing the handbook; the plan does not say where it comes from.', NULL, '2025-01-20', '2025-01-20', '', '1 500 it pay for print the handbook the plan doe not say where it come from', DEFAULT);
INSERT INTO public.searchable VALUES (69, 'harbour-lights', 'announcement', '/announcements/3#roles', NULL, '3. Safety on the quays at night', 'Invented Port Authority: Publishes the handbook.', NULL, NULL, NULL, '', 'invent port author publish the handbook', DEFAULT);
INSERT INTO public.searchable VALUES (70, 'harbour-lights', 'announcement', '/announcements/3#roles', NULL, '3. Safety on the quays at night', 'Ένωση νυχτερινών πληρωμάτων (invented): Keeps the register.', NULL, NULL, NULL, '', 'ενωση νυχτερινων πληρωματων invent keep the regist', DEFAULT);
INSERT INTO public.searchable VALUES (71, 'harbour-lights', 'wording', '/outcomes#seen', NULL, 'Boats see the harbour, and the harbour sees them', 'Opened a register of night crews.', 'Harbour Lights Renewal Plan (invented), table of outcomes, about p. 11', NULL, NULL, '', 'open a regist of night crew', DEFAULT);
INSERT INTO public.searchable VALUES (72, 'harbour-lights', 'wording', '/outcomes#seen', NULL, 'Boats see the harbour, and the harbour sees them', 'Light the breakwater and sound the fog signals.', 'Harbour Lights Renewal Plan (invented), table of outcomes, about p. 11', NULL, NULL, '', 'light the breakwat and sound the fog signal', DEFAULT);
INSERT INTO public.searchable VALUES (73, 'harbour-lights', 'wording', '/outcomes#safe-quays', NULL, 'Nobody is hurt on the quays at night', 'Publish a night handbook and survey the quays.', 'Harbour Lights Renewal Plan (invented), table of outcomes, about p. 11', NULL, NULL, '', 'publish a night handbook and survey the quay', DEFAULT);
INSERT INTO public.searchable VALUES (74, 'harbour-lights', 'wording', '/outcomes#chart', NULL, 'Lit', '“Harbour Lights publication” “January 2025”', 'milestone chart', NULL, NULL, 'lit', 'harbour light public januari 2025', DEFAULT);
INSERT INTO public.searchable VALUES (75, 'harbour-lights', 'wording', '/outcomes#chart', NULL, 'Lit', '“Breakwater lamps” “Lamps lit Spring 2025” “Wardens appointed Winter 2025”', 'milestone chart', NULL, NULL, 'lit', 'breakwat lamp lamp lit spring 2025 warden appoint winter 2025', DEFAULT);
INSERT INTO public.searchable VALUES (76, 'harbour-lights', 'wording', '/outcomes#chart', NULL, 'Lit', '“Fog signals (Σήματα ομίχλης)” “TBC”', 'milestone chart', NULL, NULL, 'lit', 'fog signal σηματα ομιχλησ tbc', DEFAULT);
INSERT INTO public.searchable VALUES (77, 'harbour-lights', 'wording', '/outcomes#chart', NULL, 'Safe', '“Night handbook” “Publication March 2025”', 'milestone chart', NULL, NULL, 'safe', 'night handbook public march 2025', DEFAULT);
INSERT INTO public.searchable VALUES (78, 'harbour-lights', 'wording', '/outcomes#chart', NULL, 'Safe', '“Register of night crews” “Ongoing delivery”', 'milestone chart', NULL, NULL, 'safe', 'regist of night crew ongo deliveri', DEFAULT);
INSERT INTO public.searchable VALUES (79, 'harbour-lights', 'wording', '/outcomes#chart', NULL, 'Safe', '“Quay survey” “Begin January 2024”', 'milestone chart', NULL, NULL, 'safe', 'quay survey begin januari 2024', DEFAULT);
INSERT INTO public.searchable VALUES (80, 'harbour-lights', 'wording', '/outcomes#other', NULL, 'A museum of lamps, if a house for it is found.', 'We would like to open a museum of lamps.', 'Harbour Lights Renewal Plan (invented), about p. 10', NULL, NULL, 'a museum of lamp if a hous for it is found', 'we would like to open a museum of lamp', DEFAULT);
INSERT INTO public.searchable VALUES (81, 'harbour-lights', 'place', '/announcements/1#places', NULL, 'Trwyn y Goleudy (invented)', 'Breakwater lamps. Since July 2025 to August 2025', NULL, '2025-09-04', '2025-09-04', 'trwyn y goleudi invent', 'breakwat lamp sinc juli 2025 to august 2025', DEFAULT);
INSERT INTO public.searchable VALUES (82, 'harbour-lights', 'place', '/announcements/1#places', NULL, 'Λευκός Μόλος (invented)', 'Breakwater lamps. Since July 2025 to August 2025. The inner half only.', NULL, '2025-09-04', '2025-09-04', 'λευκοσ μολοσ invent', 'breakwat lamp sinc juli 2025 to august 2025 the inner half onli', DEFAULT);
INSERT INTO public.searchable VALUES (83, 'harbour-lights', 'note', '/corrections#note-1', NULL, 'Two dates for the lamps', 'The chart prints “Spring 2025”, the text “by the end of June 2025”. The later counts, and the stricter is shown beside it.', NULL, NULL, NULL, 'two date for the lamp', 'the chart print spring 2025 the text by the end of june 2025 the later count and the stricter is shown besid it', DEFAULT);
INSERT INTO public.searchable VALUES (84, 'harbour-lights', 'note', '/corrections#note-2', NULL, 'The survey’s date', 'The chart prints “January 2024”, a year before the plan. It is shown as printed and makes nothing late.', NULL, NULL, NULL, 'the survey date', 'the chart print januari 2024 a year befor the plan it is shown as print and make noth late', DEFAULT);
INSERT INTO public.searchable VALUES (85, 'harbour-lights', 'term', '/about#term-1', NULL, 'Breakwater (morglawdd)', 'A wall that keeps the waves out of the harbour.', NULL, NULL, NULL, 'breakwat morglawdd', 'a wall that keep the wave out of the harbour', DEFAULT);
INSERT INTO public.searchable VALUES (86, 'harbour-lights', 'term', '/about#term-2', NULL, 'Lamp warden', 'Someone who keeps a lamp lit. “A lamp warden keeps a lamp lit from dusk to dawn.”', 'Harbour Lights Renewal Plan (invented), glossary, about p. 14', NULL, NULL, 'lamp warden', 'someon who keep a lamp lit a lamp warden keep a lamp lit from dusk to dawn', DEFAULT);
INSERT INTO public.searchable VALUES (87, 'harbour-lights', 'term', '/about#groups', NULL, 'Boats with a yearly mooring', 'Boats that hold a mooring for a whole year.', NULL, NULL, NULL, 'boat with a year moor', 'boat that hold a moor for a whole year', DEFAULT);
INSERT INTO public.searchable VALUES (90, 'harbour-lights', 'wording', '/about#strategy', NULL, 'Harbour Lights Renewal Plan', 'All 3 announcements will help those who come into harbour after dark.', 'Harbour Lights Renewal Plan (invented), introduction, about p. 2', NULL, NULL, '', 'all 3 announc will help those who come into harbour after dark', DEFAULT);
INSERT INTO public.searchable VALUES (91, 'harbour-lights', 'evidence', '/announcements/1#eligibility', NULL, 'Harbour Lights Renewal Plan (invented)', 'Invented Port Authority. Claimed by Invented Port Authority', '20 January 2025', '2025-01-20', '2025-01-20', 'harbour light renew plan invent', 'invent port author claim by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (92, 'harbour-lights', 'evidence', '/announcements/1#eligibility', NULL, 'Notice to mariners 9 (invented)', 'Invented Port Authority. “The new lamps were lit in the course of July and August.”', '4 September 2025', '2025-08-31', '2025-09-04', 'notic to marin 9 invent', 'invent port author the new lamp were lit in the cours of juli and august', DEFAULT);
INSERT INTO public.searchable VALUES (93, 'harbour-lights', 'evidence', '/announcements/1#money', NULL, 'Harbour Lights Renewal Plan (invented)', 'Invented Port Authority. Claimed by Invented Port Authority', '20 January 2025', '2025-01-20', '2025-01-20', 'harbour light renew plan invent', 'invent port author claim by invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (94, 'harbour-lights', 'evidence', '/announcements/3#eligibility', NULL, 'Night handbook: Εγχειρίδιο νύχτας (invented)', 'Invented Port Authority', '28 March 2025', '2025-03-28', '2025-03-28', 'night handbook εγχειριδιο νυχτασ invent', 'invent port author', DEFAULT);
INSERT INTO public.searchable VALUES (95, 'harbour-lights', 'evidence', '/announcements/1#places', NULL, 'Notice to mariners 9 (invented)', 'Invented Port Authority. “The new lamps were lit in the course of July and August.”', '4 September 2025', '2025-09-04', '2025-09-04', 'notic to marin 9 invent', 'invent port author the new lamp were lit in the cours of juli and august', DEFAULT);
INSERT INTO public.searchable VALUES (96, 'harbour-lights', 'evidence', '/announcements/1#places', NULL, 'Notice to mariners 9 (invented)', 'Invented Port Authority. “The new lamps were lit in the course of July and August.”', '4 September 2025', '2025-09-04', '2025-09-04', 'notic to marin 9 invent', 'invent port author the new lamp were lit in the cours of juli and august', DEFAULT);
INSERT INTO public.searchable VALUES (97, 'harbour-lights', 'change', '/announcements/1#change-20', 20, '(Invented for this demonstration.) A page about both was published.', '', 'Context, 22 November 2026', NULL, NULL, 'invent for this demonstr a page about both was publish', '', DEFAULT);
INSERT INTO public.searchable VALUES (98, 'harbour-lights', 'evidence', '/announcements/1#change-20', 20, 'A document that does not exist (invented)', 'Example Organisation (invented)', NULL, NULL, NULL, 'a document that doe not exist invent', 'exampl organis invent', DEFAULT);
INSERT INTO public.sighting VALUES (1, 'gov.uk/government/publications/kinship-care-statutory-guidance', '2026-11-22T09:00:00+00:00', 'dfe', 'https://www.gov.uk/government/publications/kinship-care-statutory-guidance', 'Kinship care: statutory guidance for local authorities', 'What local authorities should do to support kinship families. It replaces the guidance of 2011.', 'Department for Education', NULL, '2026-11-22 09:00:00+00', NULL, '2026-11-22 11:00:00+00', 'Added a section on the kinship local offer.', 'known', NULL, NULL, 0, false, false, false, false, NULL, NULL, NULL, true, '2026-11-23 00:00:00+00', 1);
INSERT INTO public.source VALUES ('dfe', 'finder', 'DfE guidance', 'Department for Education', 'https://www.gov.uk/search/guidance-and-regulation.atom', 'https://www.gov.uk/search/guidance-and-regulation', 'https://www.gov.uk', 900, '1', NULL, '2026-11-22 12:00:00+00', NULL, NULL, NULL, NULL, '2026-11-22 11:00:00+00', '2026-11-22 11:00:00+00', NULL, 2, '2026-11-22 12:00:00+00', 'its server answered 503', NULL, NULL);
INSERT INTO public.source_trouble VALUES (1, 'dfe', 'gap', '2026-11-19 12:00:00+00', '2026-11-21 12:00:00+00', '2026-11-22 11:00:00+00', 'More was published than it shows at once.', NULL);
INSERT INTO public.strategy VALUES (1, 'harbour-lights', '{"announcements":[{"beneficiaries":{"groups":[{"answer":"named","group":"yearly-mooring","text":"Boats moored for the year are named."},{"answer":"named","group":"visiting-berth","text":"Boats moored for the night are named."},{"answer":"not-said","group":"night-crews"}],"turns_on":"Whether a boat comes in after dark.","when_where":[{"document":"plan","page":"about p. 13","place":"benefit table","text":"On the outer breakwater, from summer."}],"who":[{"document":"plan","page":"about p. 13","place":"benefit table","text":"Every boat, whether moored for the year or for the night."}]},"benefit":"direct","deliverables":[{"checkable":"yes","checkable_because":"Lamps can be seen.","done_when":"The new lamps on the outer breakwater are lit.","key":"lamps","milestones":[{"dates":[{"as_printed":"Spring 2025","document":"plan","edtf":"2025-21","page":"about p. 12","place":"milestone chart"},{"as_printed":"by the end of June 2025","document":"plan","edtf":"2025-06","page":"about p. 4","place":"running text"}],"key":"lit","title":"New lamps lit"}],"note":"The plan gives two dates for the lamps: the later counts.","title":"New lamps lit"},{"checkable":"partly","checkable_because":"Names are published, contracts are not.","done_when":"The lamp wardens are appointed and named.","key":"wardens","milestones":[{"dates":[{"as_printed":"Winter 2025","document":"plan","edtf":"2025-24","note":"Winter 2025 is December 2025 to February 2026.","page":"about p. 12","place":"milestone chart"}],"key":"appointed","title":"Wardens appointed"}],"title":"Lamp wardens appointed"}],"eligibility":[{"evidence":["plan-page"],"groups":[{"answer":"yes","groups":["yearly-mooring","visiting-berth"],"text":"The lamps are promised to you, as to every boat."}],"known_on":"2025-01-20","since":"2025-01-20","text":"Nobody yet: the lamps are promised to every boat."},{"evidence":["lamps-notice"],"groups":[{"answer":"yes","groups":["yearly-mooring","visiting-berth"],"text":"You can steer by the lamps where the breakwater is lit, as every boat can."}],"known_on":"2025-09-04","programme":"Breakwater lamps","since":"2025-08-31","stands":"usable","text":"Every boat."}],"money":[{"as_printed":"₥40,000","evidence":["plan-page"],"new_money":"no","quotation":{"document":"plan","page":"about p. 5","text":"We will spend ₥40,000 of this year’s lamp budget."},"since":"2025-01-20","text":"It comes from the yearly budget for lamps."}],"named_by":["friends-bulletin"],"number":1,"pages":"2, 4 to 5, 12","roles":[{"body":"port-authority","does":"Buys and lights the lamps."},{"body":"lamp-makers","does":"Makes the lamps."}],"slug":"outer-breakwater","theme":"lit","title":"Relighting the outer breakwater","who_can_use":[{"known_on":"2025-01-20","since":"2025-01-20","text":"Nobody yet: the lamps are promised for June 2025."},{"known_on":"2025-09-04","since":"2025-08-31","text":"Any boat that comes into harbour after dark."}],"wordings":[{"document":"plan","page":"about p. 2","place":"list of announcements","text":"Relighting the outer breakwater with new lamps, and appointing six lamp wardens."},{"continues":"and appoint six lamp wardens.","document":"plan","page":"about p. 4","place":"chapter box","text":"We will relight the outer breakwater (y morglawdd allanol) with new lamps"}]},{"benefit":"system","benefits_through":"Pilots and wardens hear and read the same signals.","deliverables":[{"checkable":"yes","checkable_because":"Signals can be heard.","done_when":"The new fog signals sound in fog.","key":"signals","milestones":[{"dates":[{"as_printed":"TBC","document":"plan","page":"about p. 12","place":"milestone chart"}],"key":"switched-on","note":"The plan gives no day. The first day stated was the end of October 2025.","title":"Fog signals switched on"}],"title":"Fog signals switched on"},{"checkable":"yes","checkable_because":"A tower is open or shut.","done_when":"The old signal tower is open again.","key":"tower","title":"Tŵr yr Arwydd restored"},{"checkable":"yes","checkable_because":"The office has it or has not.","done_when":"A tide book can be had from the harbour office.","key":"tide-book","title":"Tide book printed (Llyfr y Llanw, Βιβλίο παλιρροιών)"}],"number":2,"pages":"2, 6 to 8, 12","roles":[{"body":"port-authority","does":"Restores the tower and prints the book."}],"slug":"fog-signals","theme":"lit","title":"Fog signals, the old tower and the tide book","who_can_use":[{"known_on":"2025-01-20","since":"2025-01-20","text":"Nobody yet."}],"wordings":[{"document":"plan","page":"about p. 2","place":"list of announcements","text":"Switching on new fog signals, restoring the old signal tower (Tŵr yr Arwydd) and printing a tide book (Βιβλίο παλιρροιών)."}]},{"beneficiaries":{"groups":[{"answer":"not-said","group":"yearly-mooring"},{"answer":"excluded","group":"visiting-berth","text":"The plan leaves visitors out."},{"answer":"all","group":"night-crews","text":"All night crews."}],"who":[{"document":"plan","page":"about p. 13","place":"benefit table","text":"Everyone who works on the quays at night."}]},"benefit":"direct","deliverables":[{"checkable":"yes","checkable_because":"It is published or not.","done_when":"The night handbook can be read by anyone.","key":"handbook","milestones":[{"dates":[{"as_printed":"March 2025","document":"plan","edtf":"2025-03","page":"about p. 12","place":"milestone chart"}],"key":"published","title":"Night handbook published"}],"title":"Night handbook published"},{"checkable":"partly","checkable_because":"Whether it is open can be seen, who is on it cannot.","done_when":"The register is open for entries: this has no end.","key":"register","milestones":[{"dates":[{"as_printed":"Ongoing delivery","document":"plan","page":"about p. 12","place":"milestone chart"}],"key":"ongoing-delivery","title":"Register kept"}],"title":"Register of night crews kept"},{"checkable":"no","checkable_because":"The plan does not say that the findings will be published.","done_when":"The survey’s findings are published.","key":"survey","milestones":[{"dates":[{"as_printed":"January 2024","counts":false,"document":"plan","edtf":"2024-01","note":"A year before the plan itself: probably a misprint. Shown as printed, and nothing becomes late by it.","page":"about p. 12","place":"milestone chart"}],"key":"begun","title":"Survey begun"}],"title":"Survey of the quays"}],"eligibility":[{"evidence":["handbook"],"groups":[{"answer":"some","groups":["yearly-mooring"],"text":"You can read the night handbook; the register is for those who work on the quays at night."},{"answer":"no","groups":["visiting-berth"],"text":"The plan leaves you out, because it leaves visitors out."}],"known_on":"2025-03-28","since":"2025-03-28","stands":"usable","text":"Anyone can read the night handbook; only night crews can enter themselves in the register."}],"money":[{"as_printed":"₥1,500","new_money":"not-said","since":"2025-01-20","text":"It pays for printing the handbook; the plan does not say where it comes from."}],"number":3,"pages":"2, 9 to 11, 12","roles":[{"body":"port-authority","does":"Publishes the handbook."},{"body":"night-crews-union","does":"Keeps the register."}],"slug":"night-safety","theme":"safe","title":"Safety on the quays at night","who_can_use":[{"known_on":"2025-01-20","since":"2025-01-20","text":"Night crews can enter themselves in the register."},{"known_on":"2025-03-28","since":"2025-03-28","text":"Anyone can read the night handbook, and night crews can enter themselves in the register."}],"wordings":[{"document":"plan","page":"about p. 2","place":"list of announcements","text":"Publishing a night handbook, keeping the register of night crews and surveying the quays."}]}],"bodies":[{"key":"port-authority","kind":"public authority (invented)","name":"Invented Port Authority"},{"key":"lamp-makers","kind":"guild (invented)","name":"Cymdeithas y Lampwyr (invented)","note":"The invented guild of lamp makers."},{"key":"night-crews-union","kind":"union (invented)","name":"Ένωση νυχτερινών πληρωμάτων (invented)"}],"chart":[{"cells":["January 2025"],"group":"Lit","note":"Not one of the announcements: the plan itself.","row":"Harbour Lights publication"},{"announcement":1,"cells":["Lamps lit Spring 2025","Wardens appointed Winter 2025"],"group":"Lit","row":"Breakwater lamps"},{"announcement":2,"cells":["TBC"],"group":"Lit","row":"Fog signals (Σήματα ομίχλης)"},{"announcement":3,"cells":["Publication March 2025"],"group":"Safe","row":"Night handbook"},{"announcement":3,"cells":["Ongoing delivery"],"group":"Safe","row":"Register of night crews"},{"announcement":3,"cells":["Begin January 2024"],"group":"Safe","note":"Printed so, a year before the plan.","row":"Quay survey"}],"documents":[{"key":"plan","licence":"Invented text: no rights are claimed","published_on":"2025-01-20","publisher":"Invented Port Authority","quoted":true,"reference":"IPA 7 (invented)","title":"Harbour Lights Renewal Plan (invented)","url":"https://example.org/harbour-lights/plan"},{"key":"friends-bulletin","note":"An invented organisation’s opinion of the plan.","published_on":"2025-11","publisher":"Friends of the Outer Light (invented)","title":"Bulletin of the Friends of the Outer Light (invented)","url":"https://example.org/friends/bulletin"}],"evidence":{"friends-bulletin":{"dated":"2025-11-04","publisher":"Friends of the Outer Light (invented)","title":"Bulletin of the Friends of the Outer Light (invented)","url":"https://example.org/friends/bulletin"},"handbook":{"dated":"2025-03-28","publisher":"Invented Port Authority","title":"Night handbook: Εγχειρίδιο νύχτας (invented)","url":"https://example.org/harbour-lights/night-handbook"},"lamps-notice":{"dated":"2025-09-04","publisher":"Invented Port Authority","quotation":"The new lamps were lit in the course of July and August.","title":"Notice to mariners 9 (invented)","url":"https://example.org/harbour-lights/notice-9"},"lamps-ordered":{"dated":"2025-03-03","publisher":"Invented Port Authority","title":"Lamps ordered (invented)","url":"https://example.org/harbour-lights/lamps-ordered"},"plan-page":{"claimed_by":"Invented Port Authority","dated":"2025-01-20","publisher":"Invented Port Authority","title":"Harbour Lights Renewal Plan (invented)","url":"https://example.org/harbour-lights/plan"},"register-page":{"dated":"2025-12-01","publisher":"Ένωση νυχτερινών πληρωμάτων (invented)","title":"Register of night crews (invented)","url":"https://example.org/night-crews/register"},"signals-letter":{"dated":"2025-06-10","page":"1","publisher":"Invented Port Authority","quotation":"The signals will sound by the end of October 2025.","title":"Letter to pilots (invented)","url":"https://example.org/harbour-lights/letter-to-pilots"},"signals-notice":{"dated":"2025-11-20","publisher":"Invented Port Authority","title":"Notice to mariners 12 (invented)","url":"https://example.org/harbour-lights/notice-12"},"signals-tender":{"dated":"2025-02-17","publisher":"Invented Port Authority","title":"Fog signals: tender (invented)","url":"https://example.org/harbour-lights/signals-tender"},"tower-scaffold":{"dated":"2025-02-03","publisher":"Hafan Olau Gazette (invented)","title":"Scaffold at Tŵr yr Arwydd (invented)","url":"https://example.org/gazette/2025-02-03"},"tower-stopped":{"dated":"2025-09-12","publisher":"Invented Port Authority","title":"Minutes of the harbour board (invented)","url":"https://example.org/harbour-lights/minutes-2025-09-12"},"wardens-advert":{"dated":"2025-05-12","publisher":"Invented Port Authority","title":"Lamp wardens wanted (invented)","url":"https://example.org/harbour-lights/wardens"},"wardens-budget":{"dated":"2025-09-15","publisher":"Invented Port Authority","title":"Budget of the port (invented)","url":"https://example.org/harbour-lights/budget"}},"finder":{"advice":[{"evidence":["wardens-advert"],"text":["Then ask for the invented berth paper before you tie up."],"title":"Did a warden wave you to another berth?"}],"contacts":[{"costs":"Nothing (invented)","does":"Answers invented questions about lamps.","evidence":["register-page"],"hours":"Every night (invented)","name":"Ένωση νυχτερινών πληρωμάτων (invented)","phone":"01632 960012","url":"https://example.org/night-crews/register"}],"intro":["Two invented questions about an invented boat."],"outside":["The invented plan holds for one invented port. Ask the master of the port where your boat lies."],"outside_title":"This plan is for Hafan Olau","questions":[{"choices":[{"key":"yes","text":"Yes"},{"key":"no","outside":true,"text":"No, in another port"},{"key":"not-sure","text":"I do not know"}],"key":"port","short":"Port","title":"Does your boat lie in Hafan Olau?"},{"choices":[{"keeps":["yearly-mooring"],"key":"year","text":"A whole year"},{"keeps":["visiting-berth"],"key":"nights","text":"A few nights"},{"key":"not-sure","text":"I do not know"}],"hint":"An invented receipt says it.","key":"mooring","short":"Mooring","title":"How long do you pay for at a time?"}],"title":"Which promises are for your boat? (invented)","unsure":["Look at the invented paper that you got with your mooring."]},"glossary":[{"term":"Breakwater (morglawdd)","text":"A wall that keeps the waves out of the harbour."},{"quotation":{"document":"plan","page":"about p. 14","place":"glossary","text":"A lamp warden keeps a lamp lit from dusk to dawn."},"term":"Lamp warden","text":"Someone who keeps a lamp lit."}],"groups":[{"key":"yearly-mooring","kind":"arrangement","plain":"Boats that hold a mooring for a whole year.","title":"Boats with a yearly mooring"},{"key":"visiting-berth","kind":"arrangement","plain":"Boats that stay for a few nights.","title":"Boats with a visitor’s berth"},{"key":"night-crews","kind":"other","plain":"People who work on the quays at night.","title":"Night crews"}],"identity":{"document":"plan","full_title":"Harbour Lights Renewal Plan: Goleuadau’r Harbwr, Τα φώτα του λιμανιού","geography":"The port of Hafan Olau in Merrowmark, an invented country","government":"Published by the Invented Port Authority of Merrowmark, an invented country. Nothing has changed since.","licence":"Invented text: no rights are claimed","numbers":[{"document":"plan","page":"about p. 2","place":"introduction","text":"All 3 announcements will help those who come into harbour after dark."}],"opened_on":"2026-01-05","published_by":"Invented Port Authority","published_on":"2025-01-20","reference":"IPA 7 (invented)","slug":"harbour-lights","summary":"An invented plan of three announcements to relight a harbour, used to test the tracker.","title":"Harbour Lights Renewal Plan","tracker_name":"Harbour Lights Tracker (invented)"},"notes":[{"number":1,"places":["1","1/lamps","chart"],"text":"The chart prints “Spring 2025”, the text “by the end of June 2025”. The later counts, and the stricter is shown beside it.","title":"Two dates for the lamps"},{"number":2,"places":["3","3/survey","chart"],"text":"The chart prints “January 2024”, a year before the plan. It is shown as printed and makes nothing late.","title":"The survey’s date"}],"other_commitments":[{"announcement":1,"key":"lamp-museum","note":"Promised outside the three announcements.","quotation":{"document":"plan","page":"about p. 10","text":"We would like to open a museum of lamps."},"text":"A museum of lamps, if a house for it is found."}],"outcomes":[{"delivered":[{"announcements":[3],"deliverables":["3/register"],"quotation":{"document":"plan","page":"about p. 11","place":"table of outcomes","text":"Opened a register of night crews."}}],"key":"seen","next":[{"announcements":[1,2],"deliverables":["1/lamps","2/signals"],"note":"The table does not name the tower or the tide book.","quotation":{"document":"plan","page":"about p. 11","place":"table of outcomes","text":"Light the breakwater and sound the fog signals."}}],"page":"about p. 11","title":"Boats see the harbour, and the harbour sees them"},{"key":"safe-quays","next":[{"announcements":[3],"deliverables":["3/handbook","3/survey"],"quotation":{"document":"plan","page":"about p. 11","place":"table of outcomes","text":"Publish a night handbook and survey the quays."}}],"page":"about p. 11","title":"Nobody is hurt on the quays at night"}],"places":[{"announcement":1,"evidence":["lamps-notice"],"known_on":"2025-09-04","name":"Trwyn y Goleudy (invented)","programme":"Breakwater lamps","since":"2025-07/2025-08"},{"announcement":1,"evidence":["lamps-notice"],"known_on":"2025-09-04","name":"Λευκός Μόλος (invented)","note":"The inner half only.","programme":"Breakwater lamps","since":"2025-07/2025-08"}],"themes":[{"key":"lit","printed":[{"document":"plan","page":"about p. 3","place":"chapter heading","text":"Lit: golau ym mhob tywydd"}],"title":"Lit"},{"key":"safe","printed":[{"document":"plan","page":"about p. 9","place":"chapter heading","text":"Safe: ασφαλές λιμάνι"}],"title":"Safe"}]}', 'fb262c078af64aeffc7ba51b4064009b8c23ea0c18fc8e8943caa313e6c390da', '2026-11-22 12:00:00+00');
INSERT INTO public.subscription VALUES (1, 1, 'all', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.subscription VALUES (2, 2, 'announcement/harbour-lights/1', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.subscription VALUES (3, 2, 'announcement/harbour-lights/3', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.subscription VALUES (4, 3, 'theme/harbour-lights/lit', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.subscription VALUES (5, 4, 'all', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.subscription VALUES (6, 5, 'all', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.subscription VALUES (7, 5, 'theme/harbour-lights/lit', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.subscription VALUES (8, 7, 'all', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 0);
INSERT INTO public.suggestion VALUES (1, 'championing-kinship-care', 14, 0.91, '["The title says “kinship care”."]');
INSERT INTO public.watched_host VALUES ('https://www.gov.uk', NULL, NULL, NULL, NULL, NULL);
SELECT pg_catalog.setval('public.asking_id_seq', 1, false);
SELECT pg_catalog.setval('public.attempt_id_seq', 1, false);
SELECT pg_catalog.setval('public.audit_id_seq', 13, true);
SELECT pg_catalog.setval('public.contest_id_seq', 1, false);
SELECT pg_catalog.setval('public.decision_id_seq', 1, true);
SELECT pg_catalog.setval('public.delivery_id_seq', 6, true);
SELECT pg_catalog.setval('public.destination_id_seq', 7, true);
SELECT pg_catalog.setval('public.draft_id_seq', 3, true);
SELECT pg_catalog.setval('public.head_id_seq', 1, false);
SELECT pg_catalog.setval('public.held_role_id_seq', 4, true);
SELECT pg_catalog.setval('public.login_session_id_seq', 1, false);
SELECT pg_catalog.setval('public.person_id_seq', 4, true);
SELECT pg_catalog.setval('public.publication_id_seq', 1, true);
SELECT pg_catalog.setval('public.searchable_id_seq', 98, true);
SELECT pg_catalog.setval('public.sighting_id_seq', 1, true);
SELECT pg_catalog.setval('public.sign_in_id_seq', 1, false);
SELECT pg_catalog.setval('public.source_trouble_id_seq', 1, true);
SELECT pg_catalog.setval('public.strategy_id_seq', 1, true);
SELECT pg_catalog.setval('public.subscription_id_seq', 8, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.asking
    ADD CONSTRAINT pk_asking PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT pk_attempt PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.bucket
    ADD CONSTRAINT pk_bucket PRIMARY KEY (key);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT pk_change PRIMARY KEY (seq);
ALTER TABLE ONLY public.change_subject
    ADD CONSTRAINT pk_change_subject PRIMARY KEY (seq, subject);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT pk_contest PRIMARY KEY (id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT pk_decision PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (id);
ALTER TABLE ONLY public.destination
    ADD CONSTRAINT pk_destination PRIMARY KEY (id);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT pk_draft PRIMARY KEY (id);
ALTER TABLE ONLY public.head
    ADD CONSTRAINT pk_head PRIMARY KEY (id);
ALTER TABLE ONLY public.held_role
    ADD CONSTRAINT pk_held_role PRIMARY KEY (id);
ALTER TABLE ONLY public.job_run
    ADD CONSTRAINT pk_job_run PRIMARY KEY (job);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT pk_login_session PRIMARY KEY (id);
ALTER TABLE ONLY public.page_snapshot
    ADD CONSTRAINT pk_page_snapshot PRIMARY KEY (digest);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);
ALTER TABLE ONLY public.publication
    ADD CONSTRAINT pk_publication PRIMARY KEY (id);
ALTER TABLE ONLY public.publication_topic
    ADD CONSTRAINT pk_publication_topic PRIMARY KEY (publication_id, topic);
ALTER TABLE ONLY public.searchable
    ADD CONSTRAINT pk_searchable PRIMARY KEY (id);
ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT pk_sighting PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT pk_sign_in PRIMARY KEY (id);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT pk_source PRIMARY KEY (key);
ALTER TABLE ONLY public.source_trouble
    ADD CONSTRAINT pk_source_trouble PRIMARY KEY (id);
ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT pk_strategy PRIMARY KEY (id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT pk_subscription PRIMARY KEY (id);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT pk_suggestion PRIMARY KEY (sighting_id, strategy, announcement);
ALTER TABLE ONLY public.watched_host
    ADD CONSTRAINT pk_watched_host PRIMARY KEY (name);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT uq_change_hash UNIQUE (hash);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT uq_change_strategy_key UNIQUE (strategy, key);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT uq_delivery_destination_id_about UNIQUE (destination_id, about);
ALTER TABLE ONLY public.destination
    ADD CONSTRAINT uq_destination_channel_address UNIQUE (channel, address);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT uq_draft_key UNIQUE (key);
ALTER TABLE ONLY public.held_role
    ADD CONSTRAINT uq_held_role_person_id_role_of UNIQUE (person_id, role, of);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT uq_login_session_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT uq_person_address UNIQUE (address);
ALTER TABLE ONLY public.publication
    ADD CONSTRAINT uq_publication_key UNIQUE (key);
ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT uq_sighting_item_version UNIQUE (item, version);
ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT uq_strategy_slug UNIQUE (slug);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT uq_subscription_destination_id_topic UNIQUE (destination_id, topic);
CREATE INDEX ix_asking_destination_id ON public.asking USING btree (destination_id);
CREATE INDEX ix_asking_expires_at ON public.asking USING btree (expires_at);
CREATE INDEX ix_asking_moves_id ON public.asking USING btree (moves_id);
CREATE INDEX ix_attempt_delivery_id ON public.attempt USING btree (delivery_id);
CREATE INDEX ix_audit_at ON public.audit USING btree (at);
CREATE INDEX ix_bucket_at ON public.bucket USING btree (at);
CREATE INDEX ix_change_subject_subject ON public.change_subject USING btree (subject);
CREATE INDEX ix_decision_sighting_id ON public.decision USING btree (sighting_id);
CREATE INDEX ix_delivery_digest_id ON public.delivery USING btree (digest_id) WHERE (digest_id IS NOT NULL);
CREATE INDEX ix_delivery_due ON public.delivery USING btree (channel, bulk, due_at, id) WHERE ((sent_at IS NULL) AND (failed_at IS NULL) AND (digest_id IS NULL));
CREATE INDEX ix_delivery_failed_at ON public.delivery USING btree (failed_at) WHERE (failed_at IS NOT NULL);
CREATE INDEX ix_delivery_leased ON public.delivery USING btree (leased_until) WHERE ((channel = 'webhook'::text) AND (leased_until IS NOT NULL) AND (sent_at IS NULL) AND (failed_at IS NULL) AND (digest_id IS NULL));
CREATE INDEX ix_delivery_sent_at ON public.delivery USING btree (sent_at) WHERE (sent_at IS NOT NULL);
CREATE INDEX ix_destination_address_hash ON public.destination USING btree (address_hash);
CREATE INDEX ix_destination_owner_id ON public.destination USING btree (owner_id);
CREATE INDEX ix_draft_publish_at ON public.draft USING btree (publish_at);
CREATE INDEX ix_held_role_person_id ON public.held_role USING btree (person_id);
CREATE INDEX ix_login_session_person_id ON public.login_session USING btree (person_id);
CREATE INDEX ix_searchable_strategy ON public.searchable USING btree (strategy);
CREATE INDEX ix_searchable_words ON public.searchable USING gin (words);
CREATE INDEX ix_sighting_note_due_at ON public.sighting USING btree (note_due_at) WHERE (note_due_at IS NOT NULL);
CREATE INDEX ix_sighting_open ON public.sighting USING btree (seen_at) WHERE offered;
CREATE INDEX ix_sighting_source ON public.sighting USING btree (source);
CREATE INDEX ix_sign_in_browser_hash ON public.sign_in USING btree (browser_hash);
CREATE INDEX ix_source_due_at ON public.source USING btree (due_at);
CREATE INDEX ix_source_host ON public.source USING btree (host);
CREATE INDEX ix_source_trouble_source ON public.source_trouble USING btree (source);
CREATE INDEX ix_subscription_topic ON public.subscription USING btree (topic);
CREATE TRIGGER change_is_never_deleted BEFORE DELETE ON public.change FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting();
ALTER TABLE public.change ENABLE ALWAYS TRIGGER change_is_never_deleted;
CREATE TRIGGER change_is_never_replaced BEFORE TRUNCATE ON public.change FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting();
ALTER TABLE public.change ENABLE ALWAYS TRIGGER change_is_never_replaced;
CREATE TRIGGER change_is_never_updated BEFORE UPDATE ON public.change FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting();
ALTER TABLE public.change ENABLE ALWAYS TRIGGER change_is_never_updated;
CREATE TRIGGER change_subject_is_never_deleted BEFORE DELETE ON public.change_subject FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting();
ALTER TABLE public.change_subject ENABLE ALWAYS TRIGGER change_subject_is_never_deleted;
CREATE TRIGGER change_subject_is_never_replaced BEFORE TRUNCATE ON public.change_subject FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting();
ALTER TABLE public.change_subject ENABLE ALWAYS TRIGGER change_subject_is_never_replaced;
CREATE TRIGGER change_subject_is_never_updated BEFORE UPDATE ON public.change_subject FOR EACH ROW EXECUTE FUNCTION public.refuse_rewriting();
ALTER TABLE public.change_subject ENABLE ALWAYS TRIGGER change_subject_is_never_updated;
ALTER TABLE ONLY public.asking
    ADD CONSTRAINT fk_asking_destination_id_destination FOREIGN KEY (destination_id) REFERENCES public.destination(id);
ALTER TABLE ONLY public.asking
    ADD CONSTRAINT fk_asking_moves_id_destination FOREIGN KEY (moves_id) REFERENCES public.destination(id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT fk_attempt_delivery_id_delivery FOREIGN KEY (delivery_id) REFERENCES public.delivery(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT fk_audit_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT fk_change_strategy_strategy FOREIGN KEY (strategy) REFERENCES public.strategy(slug);
ALTER TABLE ONLY public.change_subject
    ADD CONSTRAINT fk_change_subject_seq_change FOREIGN KEY (seq) REFERENCES public.change(seq);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT fk_contest_answered_by_person FOREIGN KEY (answered_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_decided_by_person FOREIGN KEY (decided_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_sighting_id_sighting FOREIGN KEY (sighting_id) REFERENCES public.sighting(id);
ALTER TABLE ONLY public.destination
    ADD CONSTRAINT fk_destination_owner_id_destination FOREIGN KEY (owner_id) REFERENCES public.destination(id);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT fk_draft_author_id_person FOREIGN KEY (author_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.held_role
    ADD CONSTRAINT fk_held_role_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT fk_login_session_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.publication
    ADD CONSTRAINT fk_publication_strategy_strategy FOREIGN KEY (strategy) REFERENCES public.strategy(slug);
ALTER TABLE ONLY public.publication_topic
    ADD CONSTRAINT fk_publication_topic_publication_id_publication FOREIGN KEY (publication_id) REFERENCES public.publication(id);
ALTER TABLE ONLY public.searchable
    ADD CONSTRAINT fk_searchable_strategy_strategy FOREIGN KEY (strategy) REFERENCES public.strategy(slug);
ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT fk_sighting_before_id_sighting FOREIGN KEY (before_id) REFERENCES public.sighting(id);
ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT fk_sighting_snapshot_page_snapshot FOREIGN KEY (snapshot) REFERENCES public.page_snapshot(digest);
ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT fk_sighting_source_source FOREIGN KEY (source) REFERENCES public.source(key);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT fk_source_host_watched_host FOREIGN KEY (host) REFERENCES public.watched_host(name);
ALTER TABLE ONLY public.source_trouble
    ADD CONSTRAINT fk_source_trouble_source_source FOREIGN KEY (source) REFERENCES public.source(key);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT fk_subscription_destination_id_destination FOREIGN KEY (destination_id) REFERENCES public.destination(id);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT fk_suggestion_sighting_id_sighting FOREIGN KEY (sighting_id) REFERENCES public.sighting(id);
