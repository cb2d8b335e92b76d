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
 * P6. A critical section runs to its end in one turn of the event loop. Its owner checks a clock before each of its
 *     changes, and gives up after five seconds: by then others, who cannot see that it lives, may break its lock soon.
 * P7. A lock that could not be released is remembered with its place, and counts as dead for the process that left it; so
 *     does the marker of a claim that it could not end. It tries again to remove them for as long as it lives, a guard
 *     before the lock that the guard stands for: nobody else can.
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
 * P17. A claim may be handed over to a child. Its parent names it in the marker, and it names itself before it refreshes,
 *      both fenced as a commit is (P10). Whoever finds another token does nothing more. Once there is a child, nobody
 *      but the child refreshes, commits, fails or releases under that token.
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
 * Handing a claim over: the token stays, so that at no moment there is no claim, and none is granted anew. Until the
 * marker names the child it names the parent, and from then on the child: whoever of them is named lives, or can be
 * taken over from. Either of the two may write first: both write the same. A parent that dies, or ends, before it has
 * named the child leaves a claim that the next caller takes over, unless the child has been faster; the child, which
 * comes later, finds another token and ends. A parent that lives on has to name the child, however often it must try,
 * even if the child has died since: its own name would keep others out for as long as the claim is not overdue. It asks
 * who the child is before it lets the system forget it, since after that its PID may be another's; and a child that is
 * dead by then is named with a start time that nobody has. What one of the two knows of the child, the other does not
 * take away: a child on Deno may know its PID only.
 *
 * Where processes cannot judge each other (another PID namespace, a runtime without the permission to ask), exclusion
 * rests on one assumption: nobody pauses for more than ten seconds inside a critical section. P6 keeps the window small.
 *
 * ## What is not believed
 *
 * Whoever may write to the folder can take a source away from its users; that is all that he shall be able to do. A lock
 * or a marker is read up to a limit, and one that is larger, or no record, counts as one that cannot be parsed. Of a record
 * only the fields that are known count, each with its type and a bound; a token has the form of ours, since it becomes
 * part of a file's name. What is written into a marker is bounded so that it stays below that limit, however it is
 * escaped. No link in a tier's folder is followed: not at a file's name, and not at a private one, where whatever somebody
 * has put is removed, and what is put there again is neither linked nor renamed. A pipe is never waited for.
 *
 * ## How it is attacked
 *
 * `tests/simulation/` runs these sections, as they are, for several processes and the children to which they hand their
 * claims over, under one scheduler, which lets others go on, kills, stops, sets clocks and lets operations fail between
 * any two operations, and compares each step with the invariants that follow from the rules.
 * `scripts/simulate/mutations.ts` breaks the rules one by one, and the simulation has to notice each.
 * `tests/disk/` lets every operation fail in every way on real files, and `tests/safety/` puts there what would do harm.
 * `tests/attack/` sends real processes of all runtimes at dead locks, kills them and lets them crowd one source;
 * `tests/detached/` kills whoever hands a claim over, and whoever takes it over, before each operation; `scripts/soak/`
 * kills and stops them at random, and proves from what they wrote down that nothing was lost. Tests name the rules that
 * they are about.
 *
 * ## Beside the Go package
 *
 * The Go package of the same name keeps its data in the same files. Its locks and markers have the fields `pid`,
 * `started_at`, `deadline` and `last_error` only, its folders have mode 0750, and its one temporary name for data is
 * `<name>.json.tmp`. A record of its is known by the missing token: its PID is taken for one of this host, its failure
 * for the first, and a marker of its that cannot be parsed for none. It ignores the fields that it does not know, and our
 * guards.
 *
 * What holds when processes of both use one root:
 *
 * - As long as no lock is left dead, at most one process of either is inside: both make the one name exclusively, and
 *   both leave the lock of an owner who lives in their PID namespace alone. So each claim is seen by the other side, and
 *   kept for as long as that takes it for living and in time. Whoever of ours waits gets what it has committed, or why it
 *   has failed.
 * - A claim of ours that it has taken over or removed can no longer commit (P10), and is told so.
 * - A reader of ours gets whole data with the time that belongs to it, if whoever published it had the whole of it.
 * - It rewrites a marker in place, but under the lock. Who looks without the lock may find none for a moment; nobody of
 *   ours claims on that look, since claims look again under the lock (P9).
 * - A crash of a process of either is recovered from by ours, also where it would wait for ever itself: a lock that it
 *   cannot parse, or whose PID belongs to another process by now.
 *
 * What does not hold:
 *
 * - Exclusion after a crash (P4). It removes a dead lock without a guard and by path, and so it may remove the fresh lock
 *   of whoever recovered first. Between our last look at a dead lock and our removal it may have put its own there, and
 *   ours goes with that. Either way two are inside: two may refresh at once, and the marker is that of the last to write.
 * - That a lock without content is alive for as long as its owner is: it makes its locks before it writes them. One who is
 *   stopped in between for more than a second loses his lock to us (P1).
 * - That data never goes back. It commits without a fence: one who was stopped past his deadlines overwrites what has been
 *   committed since, and his old data reads as fresh. It can also commit what our `put`, `expire` or `remove` was to
 *   prevent (P14).
 * - Whole data from two writers of its own: they share one temporary name, may publish a mixture, and we serve that. A
 *   temporary file of its that is older than ten seconds is litter to prune (P15); a commit that was so slow then fails.
 * - Anything across PID namespaces. It knows no `host` and no start time: a PID that it does not find is dead to it, and
 *   it breaks our lock and takes our claim over; a PID that somebody else has by now is alive to it.
 * - Our times. It judges our marker by its own reader's deadline, takes it over two of those after ours, and prunes it as
 *   soon as the deadline has passed. To it a cool-down of ours ends when our process does, or else lasts two of its
 *   deadlines longer; and since its markers carry no count, attempts are counted anew after one of them (P12).
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

/** The largest lock or marker that is read, in bytes. */
export const RECORD_LIMIT_BYTES: number = 64 * 1_024;

/** The longest error text or progress message that is written into a marker, in characters. */
export const ERROR_TEXT_LIMIT: number = 2_000;
