import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "node:test";
import { judgeMount, mountOf, parseMountInfo } from "../../../src/cli/doctor/mounts.ts";

/** As Linux writes it, of several machines. */
const SAMPLE = String.raw`22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:5 - proc proc rw
27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
31 27 0:26 / /tmp rw,nosuid,nodev shared:15 - tmpfs tmpfs rw,size=8128k
90 27 0:53 / /home rw,relatime shared:50 master:3 propagate_from:2 - nfs4 nas:/export/home rw,vers=4.2,addr=10.0.0.2
91 27 0:54 / /mnt/my\040disk\134x rw - vfat /dev/sdb1 rw,fmask=0022
92 27 0:55 / /mnt/hidden rw - ext4 /dev/sdc1 rw
93 27 0:56 / /mnt/hidden rw - fuse.sshfs me@host:/ rw,user_id=0
94 27 0:57 /sub /srv ro,relatime - btrfs /dev/sdd1 rw
95 27 0:58 / /opt rw,relatime - xfs /dev/sde1 ro
a line of another shape
96 27 0:59
`;

const mounts = parseMountInfo(SAMPLE);

describe("parseMountInfo()", () => {
  it("reads every mount, whatever optional fields it has, and passes over the rest", () => {
    const points = ["/proc", "/", "/tmp", "/home", "/mnt/my disk\\x", "/mnt/hidden", "/mnt/hidden", "/srv", "/opt"];
    assertEquals(mounts.map(({ point }) => point), points);
    assertEquals(mounts[3], { point: "/home", type: "nfs4", readOnly: false });
  });

  it("knows what is read-only, by its mount and by its disk, and not by the word for errors", () => {
    assertEquals(mounts.filter(({ readOnly }) => readOnly).map(({ point }) => point), ["/srv", "/opt"]);
  });
});

describe("mountOf()", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["/", "ext4"],
    ["/etc", "ext4"],
    ["/home", "nfs4"],
    ["/home/me/.cache", "nfs4"],
    ["/homes/me", "ext4"],
    ["/tmp/x", "tmpfs"],
    ["/mnt/my disk\\x/cache", "vfat"],
    ["/mnt/hidden/cache", "fuse.sshfs"],
    ["/mnt", "ext4"],
  ];
  for (const [path, type] of cases) {
    it(`finds ${type} for ${path}`, () => assertEquals(mountOf(path, mounts)?.type, type));
  }

  it("finds nothing where nothing is told", () => assertEquals(mountOf("/tmp", []), undefined));
});

describe("judgeMount()", () => {
  const of = (type: string, readOnly = false) => judgeMount({ point: "/", type, readOnly });
  const kinds = {
    ok: ["ext4", "xfs", "btrfs", "zfs", "overlay", "apfs", "fuseblk"],
    attention: ["tmpfs", "ramfs", "vfat", "exfat", "fuse.bindfs", "fuse.encfs"],
    problem: ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "fuse.rclone", "virtiofs", "lustre", "afs"],
  } as const;
  for (const [severity, types] of Object.entries(kinds)) {
    for (const type of types) it(`says ${severity} of ${type}`, () => assertEquals(of(type).severity, severity));
  }

  it("names the kind, and wants another root for one that is not supported", () => {
    const { what, fix } = of("nfs4");
    assertMatch(what, /^nfs4: shared with other machines or kernels, which is not supported$/);
    assertEquals(fix, "choose another --root, on a local disk");
  });

  it("says problem of what is read-only", () => assertEquals(of("ext4", true).severity, "problem"));

  it("says nothing against what it does not know", () => assertEquals(judgeMount(undefined).severity, "ok"));
});
