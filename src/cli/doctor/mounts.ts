/**
 * On what kind of file system a path is, as Linux tells it: pure functions of `/proc/self/mountinfo`.
 *
 * @module
 */

import { attention, type Finding, ok, problem } from "./finding.ts";

/** A file system, where it is mounted. */
export interface Mount {
  /** Where. */
  readonly point: string;
  /** Its kind: `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type: string;
  /** Whether nothing can be written there. */
  readonly readOnly: boolean;
}

/** The system writes a space, a tab, a line feed and a backslash in octal digits. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

const isReadOnly = (options = "") => options.split(",").includes("ro");

/** What is mounted where, in the order of mounting. Lines of another shape are passed over. */
export function parseMountInfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    // Between the options and the dash there is any number of optional fields.
    const [before = "", after = ""] = line.split(" - ");
    const [, , , , point, options] = before.split(" ");
    const [type, , superOptions] = after.split(" ");
    if (point === undefined || type === undefined || type === "") return [];
    return [{ point: unescaped(point), type, readOnly: isReadOnly(options) || isReadOnly(superOptions) }];
  });
}

function isBelow(path: string, point: string): boolean {
  return path === point || path.startsWith(point.endsWith("/") ? point : `${point}/`);
}

/** What a path is on: the longest mount point above it, and of several there the last, which hides the others. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts.filter(({ point }) => isBelow(path, point))
    .reduce<Mount | undefined>(
      (best, mount) => mount.point.length >= (best?.point.length ?? 0) ? mount : best,
      undefined,
    );
}

const CHECK = "file system";
const ELSEWHERE = "choose another --root, on a local disk";

/** File systems behind which there is another machine, or another kernel. */
const REMOTE =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|ncpfs|9p|afs|auristorfs|ceph|coda|lustre|glusterfs|gpfs|beegfs\w*|ocfs2|gfs2|orangefs|pvfs2|virtiofs|vboxsf|prl_fs|vmhgfs|davfs|fuse\.(?:sshfs|glusterfs|ceph\w*|s3fs|rclone|gcsfuse|goofys|davfs2?|curlftpfs|smbnetfs|juicefs|vmhgfs-fuse|grpcfuse|mergerfs-remote))$/;

/** File systems that know no owners, modes and hard links. */
const PLAIN = /^(?:vfat|msdos|exfat)$/;

/** File systems that are gone after a reboot. */
const PASSING = /^(?:tmpfs|ramfs)$/;

/**
 * Whether a cache can be kept there.
 *
 * @param mount What the root is on, or will be; `undefined` if that is not known.
 */
export function judgeMount(mount: Mount | undefined): Finding {
  if (mount === undefined) return ok(CHECK, "its kind is not told on this system, or not to this process");
  const { type, readOnly } = mount;
  if (REMOTE.test(type)) {
    return problem(CHECK, `${type}: shared with other machines or kernels, which is not supported`, ELSEWHERE);
  }
  if (readOnly) return problem(CHECK, `${type}, read-only`, "choose another --root, on a disk that can be written to");
  if (PLAIN.test(type)) return attention(CHECK, `${type}: no owners, no modes, no hard links`, ELSEWHERE);
  if (type.startsWith("fuse.")) return attention(CHECK, `${type}: perhaps shared with other machines`, ELSEWHERE);
  if (PASSING.test(type)) {
    return attention(CHECK, `${type}: in memory, and gone after a reboot`, "choose another --root, if it shall last");
  }
  return ok(CHECK, type === "overlay" ? "overlay: gone with its container" : type);
}
