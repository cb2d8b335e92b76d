/**
 * How processes share one cache root: the protocol, in one place. The other files of this folder are its parts; its
 * rules are numbered so that code and tests can cite them.
 *
 * ## What is on disk
 *
 * `<root>/<tier>/` (mode 0700) holds, for each source `<name>`, files with mode 0600:
 *
 * - `<name>.json`: the data. The refresher's bytes and nothing else; its mtime is when the refresher returned them.
 * - `<name>.lock`: tier 1, the mutation lock. Held for microseconds around a change of state.
 * - `<name>.refreshing`: tier 2, the refresh marker. There while somebody refreshes, or while a failure cools down.
 * - `<name>.lock~`, `<name>.lock~~`, ...: the lock that guards the removal of a dead `<name>.lock`, the one that guards
 *   the removal of a dead `<name>.lock~`, and so on.
 * - `<file>.<token>.tmp`: something staged, under a name that belongs to one writer.
 *
 * ## Rules
 *
 * P1. A lock appears complete: it is staged under a private name and hard-linked to its own. Where there are no hard
 *     links it is created exclusively and then written, and a lock that cannot be parsed is dead after a second.
 * P2. A lock or a marker belongs to its token: 128 random bits, new for every lock and every claim. Release and commit
 *     look for their token first; a PID never stands for an owner.
 * P3. A lock whose owner lives is never broken, however old it is. Where nobody can tell, age decides: ten seconds.
 * P4. A dead lock is removed only under its guard, and only if it still holds the token that was judged. Two processes
 *     that find one dead lock would otherwise remove each other's fresh one.
 * P5. A guard is a lock like any other, and has a guard of its own. There is no fixed depth at which this ends: a crash
 *     at every level is survived at the next.
 * P6. A critical section runs to its end in one turn of the event loop. Its owner checks a clock before every rename and
 *     removal, and gives up after five seconds: by then others, who cannot see that it lives, may break its lock soon.
 * P7. A lock that could not be released, or a guard, is remembered, and counts as dead for the process that left it; which
 *     tries again to remove it, since others see that its owner lives.
 * P8. The marker changes only under the lock, and only by atomic replacement.
 * P9. The second look: under the lock, before a claim is granted, the data is looked at once more. If somebody has
 *     committed what the caller wants, that is adopted and nothing is claimed.
 * P10. Commit is fenced: under the lock, the staged data replaces the old only if the marker still holds the claim's
 *      token. Then the marker is removed. A late owner's bytes are dropped.
 * P11. Data is staged and forced to disk before the lock is taken, under a name that carries the claim's token.
 * P12. A failure is written into the marker, if it is still ours, and outlives its process. It holds back refreshes that
 *      are not forced until its `retry_at`. The next claim carries the number of attempts on; a success removes it.
 * P13. A marker without a failure is stale when its owner is gone, or twice its own span after its deadline. Taking it
 *      over counts as a failed attempt.
 * P14. `put`, `expire` and `remove` take the marker away first, so that a refresh in flight can no longer commit.
 * P15. What a crash leaves is removed by the next claim that takes over from it, or by prune: a staged file is litter
 *      when no current claim has its token and it is older than any pause inside a section can be.
 * P16. Times that cannot be are not believed: a marker from the future counts only while its owner is proven alive, a
 *      span of over 24 hours is replaced by the reader's own, data from the future is stale.
 *
 * ## Why it is sound
 *
 * Mutual exclusion: a path is taken only by link or exclusive create, which has one winner. It becomes free in two ways.
 * Its owner removes it (P2), or somebody removes it who holds its guard and has seen, under the guard, that it still
 * holds a dead owner's token (P4). While the guard is held nobody else removes, so what was seen stays true until the
 * removal; and a dead owner does not come back to remove or to be judged again. The same holds for the guard (P5).
 *
 * Fencing: the marker's token changes only under the lock. Whoever commits has seen his token under the lock, and holds
 * the lock until the data is replaced; so between two commits there is no moment in which an older claim's bytes could
 * still arrive.
 *
 * Liveness: a crash leaves at most a dead lock, dead guards, a dead marker and staged files. Each of them is recognised by
 * what it says of its owner, and stands in nobody's way once recognised.
 *
 * Where processes cannot judge each other (another PID namespace, a runtime without the permission to ask), exclusion
 * rests on one assumption: nobody pauses for more than ten seconds inside a critical section. P6 keeps the window small.
 *
 * @module
 */

/** How long a background claim tries for the lock, in milliseconds. */
export const CLAIM_LOCK_TIMEOUT_MS: number = 100;

/** How long whoever holds a claim, or has data to put, tries for the lock, in milliseconds. */
export const COMMIT_LOCK_TIMEOUT_MS: number = 10_000;

/** The pause between two tries for a lock, in milliseconds, before jitter. */
export const LOCK_POLL_MS: number = 5;

/** The pause between two looks of somebody who waits for a refresh: the net under the watch. In milliseconds. */
export const WAIT_POLL_MS: number = 250;

/** From this age on, a lock whose owner cannot be judged is dead (P3), in milliseconds. */
export const UNKNOWN_LOCK_AGE_MS: number = 10_000;

/** From this age on, a lock that cannot be parsed is dead (P1), in milliseconds. */
export const UNREADABLE_LOCK_AGE_MS: number = 1_000;

/** After this time inside a critical section its owner renames and removes nothing more (P6), in milliseconds. */
export const SECTION_LIMIT_MS: number = 5_000;

/** From this age on, a staged file that no current claim owns is litter (P15), in milliseconds. */
export const STAGED_LITTER_AGE_MS: number = 10_000;

/** The longest span that a marker is believed (P16), in milliseconds. */
export const LONGEST_SPAN_MS: number = 24 * 60 * 60 * 1_000;

/** The span of a marker whose own cannot be believed, for a reader who names none, in milliseconds. */
export const DEFAULT_SPAN_MS: number = 60_000;

/** How many of its own spans a marker may be past its deadline before it is stale (P13). */
export const OVERDUE_SPANS: number = 2;

/** The largest lock or marker that is read, in bytes. */
export const RECORD_LIMIT_BYTES: number = 64 * 1_024;

/** The longest error text or progress message that is written into a marker, in characters. */
export const ERROR_TEXT_LIMIT: number = 2_000;
