/**
 * The numbers a line is judged by, each with its reason. Those marked (measured) were chosen from tables of a
 * prototype on real packets; the others are ours.
 */

/** One reading of the counters. Half of 100 ms is worth 0.15 s of detection at the slowest, and 0.05 % of a core (measured). */
export const SAMPLE_MS = 50

/**
 * While nothing moves on any line: a third of the cost. Who comes first then is noticed that much later, and a line
 * found dead is still left before that one sends its SYN again.
 */
export const QUIET_SAMPLE_MS = 150
export const QUIET_AFTER_MS = 2000

/** Probes of a question, at once, to as many witnesses. One alone: 296 false suspicions an hour at 30 % loss, three: 28 (measured). */
export const QUESTION_PROBES = 3
/** At most one question in that time; 0.5 s cost up to 0.2 s of delay under load (measured). */
export const QUESTION_GAP_MS = 250
/**
 * Something that sends and never hears, a syslog say, would have its line asked for ever: as long as nothing but
 * our probes is answered, the gap doubles up to this.
 */
export const QUESTION_GAP_MOST_MS = 5000

/** A stream: life in so many of ten samples. It stopped: two samples of silence. */
export const STREAM_SAMPLES = 10
export const STREAM_LIVELY_SAMPLES = 7
export const STREAM_SILENT_SAMPLES = 2
/** Received packets lift a suspicion by three samples of five, so that lone repeats of a server do not (measured). */
export const LIFE_SAMPLES = 5
export const LIFE_LIVELY_SAMPLES = 3
/** Received packets prove only the way in: without an answer they are believed for that long (measured). */
export const LIFE_VETO_MS = 5000
/** So many probes must be unanswered by then. */
export const LIFE_VETO_PROBES = 3

/** A timeout: no shorter (60 ms was faster and clean in the lab; real lines are less so), no longer, and before the first answer. */
export const TIMEOUT_LEAST_MS = 100
export const TIMEOUT_MOST_MS = 3000
export const TIMEOUT_UNKNOWN_MS = 1000
/** The spread that a timeout always leaves room for. */
export const SPREAD_LEAST_MS = 20
/** The shortest round trip counts for this period and the next, so that a longer way is learned within twenty minutes. */
export const BASE_PERIOD_MS = 600_000
/** A line that heard nothing for so long may be asleep, as radios are. Below the 5 s of the idle probes, which meet it so. */
export const QUIET_MS = 4000
/** Late answers count until then. */
export const LATE_ANSWER_MS = 8000
/** After that time a connection's first packet is sent again (RFC 6298). */
export const SYN_AGAIN_MS = 1000

/** Distance of probes in a suspicion: a dozen of them in half a second. */
export const BURST_GAP_MS = 40
/** A suspicion that lasts, because nothing ever answered on the line, asks less and less. */
export const BURST_LONG_MS = 3000
/** In a burst every so many probes one more goes out in a kind that nobody asked for yet. */
export const RESERVE_EVERY = 5
/** A reserve that answered stays a witness for so long, until those are benched who were silent beside it. */
export const RESERVE_STAYS_MS = 60_000

/** Loss is smoothed over about so many probes. */
export const LOSS_MEMORY = 32
/** Misses in a row that mean a dead line: by chance once in a million (measured: 0 downs in 36 h at 30 % loss). */
export const DOWN_CHANCE = 1e-6
export const DOWN_MISSES_LEAST = 8
export const DOWN_MISSES_MOST = 24
/** Misses in a row, while others answer, that mean a dead target: by chance once in a thousand. */
export const BENCH_CHANCE = 1e-3
export const BENCH_MISSES_LEAST = 3
export const BENCH_MISSES_MOST = 12
/** A miss is the target's own when another one answered a probe sent at about the same time. */
export const SAME_TIME_MS = 1500
/** A benched target is tried again then, later each time. One that never answered is tried sooner at first. */
export const BENCH_MS = 60_000
export const TRIAL_FIRST_MS = 1000
export const TRIAL_MOST_MS = 600_000

/** A line on which nothing ever answered goes down only when so many packets hear nothing for so long. */
export const MUTE_PACKETS = 5
export const MUTE_MS = 3000

/** Scheduled probes: 30 MB a month on an idle line by echoes alone. */
export const IDLE_PROBE_MS = 5000
export const BUSY_PROBE_MS = 1000
export const METERED_IDLE_PROBE_MS = 60_000
export const METERED_BUSY_PROBE_MS = 5000
/** With less than that a month, a metered line is asked every five minutes. */
export const SMALL_BUDGET_BYTES = 2_000_000
export const SMALL_BUDGET_PROBE_MS = 300_000
/** After a miss the next probe comes sooner. */
export const DOUBT_PROBE_MS = 1000
export const BUSY_DOUBT_PROBE_MS = 250
/** Echoes are the cheapest; the other kinds are kept known by every so many-th scheduled probe. */
export const OTHER_KIND_EVERY = 10
/** Packets in about five seconds, both ways, that make a line busy: chatter of an idle network has one a second. */
export const BUSY_PACKETS = 25
export const BUSY_MEMORY_SAMPLES = 100
/** Of 560 bytes each: the probes of a busy metered line then cost about 1/1000 of its traffic. */
export const METERED_PACKETS_PER_PROBE = 100

/** A line that is down is asked often at first, then less, and often again from its first answer on. */
export const DOWN_PROBE_MS = 250
export const DOWN_PROBE_OFTEN_MS = 30_000
export const DOWN_PROBE_SLOW_MS = 1000
export const METERED_DOWN_PROBE_MS = 10_000
/** Counted in probes: a window in seconds never fills once probing has slowed down. */
export const COMEBACK_PROBES = 6
export const COMEBACK_SHARE = 0.75
/** How long it must answer doubles with each death, which counts half after this time; 60 s let a flapping line in 31 times instead of 9 (measured). */
export const PENALTY_HALF_LIFE_MS = 300_000
export const HOLD_MOST_MS = 300_000
export const STABLE_FACTOR = 20
export const STABLE_HOLD_MOST_MS = 3_600_000
/** A line that comes back from being unplugged is used at once, unless it came and went so often lately. */
export const FLAPPING_PENALTY = 2

/** The gateway is a step away: two misses are told before a suspicion is over. */
export const GATEWAY_TIMEOUT_MS = 200
export const GATEWAY_SUSPECT_MS = 200
export const GATEWAY_DOWN_MS = 5000
export const GATEWAY_MISSES = 2

/** Login pages: looked for now and then, more often while there is one; unanswered so often in a row it is gone. */
export const PORTAL_MS = 300_000
export const PORTAL_AGAIN_MS = 5000
export const METERED_PORTAL_AGAIN_MS = 60_000
export const PORTAL_GAP_MS = 10_000
export const PORTAL_GONE_AFTER = 12
/** Sent elsewhere by the same page on two lines within this time: that is the page's own doing, and it is left out for a while. */
export const SAME_PAGE_MS = 10_000
export const PAGE_BENCH_MS = 600_000
/** Probes that do not leave this box are told of a line that worked after this time; the routes may be on their way. */
export const REFUSED_MS = 5000
/** Two round trips and a page. */
export const PORTAL_TIMEOUT_MS = 3000

/** Quality is judged over so many probes that nobody's silence brought about, none older than this. */
export const QUALITY_PROBES = 20
export const QUALITY_LEAST_PROBES = 8
export const QUALITY_MS = 300_000
export const DELAY_PROBES = 8
/**
 * Standard deviations above the threshold before it is called lossy, of all those probes and of the last few: with 10 %
 * of loss and a threshold of 20 % either happens by chance less than once in 400 windows; with 75 % the few suffice.
 */
export const LOSSY_DEVIATIONS = 1.64
export const LOSSY_AT_ONCE_DEVIATIONS = 3
/** Two misses within this time, or a suspicion that was lifted, and the loss is measured there and then by so many probes. */
export const SURVEY_MISSES_MS = 2000
export const SURVEY_PROBES = 16
export const SURVEY_GAP_MS = 10_000
export const METERED_SURVEY_GAP_MS = 60_000

/** Also what an unplugged line or an empty fleet waits: nothing sleeps for ever. */
export const WAKE_MOST_MS = 60_000
