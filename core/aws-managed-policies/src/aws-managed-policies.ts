import { createHash } from "node:crypto";
import { brotliDecompressSync } from "node:zlib";
import { defaultDocuments } from "./generated/default-documents.ts";
import { indexLines } from "./generated/index-lines.ts";
import { olderDocuments } from "./generated/older-documents.ts";

/** A policy that AWS owns. It has neither tags nor, in our data, a description. */
export interface AwsManagedPolicy {
  name: string;
  /** `/`, `/service-role/`, `/job-function/`, `/aws-service-role/`, `/root-task/` */
  path: string;
  arn: string;
  /** `ANPA…`, made from the ARN: the same on every installation, not AWS's own. */
  policyId: string;
  /**
   * False for policies that AWS reserves for service-linked roles and for tasks as a member account's root.
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html PolicyNotAttachable
   */
  isAttachable: boolean;
  defaultVersionId: string;
  createdAtMs: number;
  updatedAtMs: number;
  /** Newest first. Some older versions are not known, and of some not their date. */
  versions: readonly AwsPolicyVersion[];
}

export interface AwsPolicyVersion {
  /** `v1`, `v2`, … */
  versionId: string;
  createdAtMs: number | undefined;
}

/** AWS's managed policies. Nothing is unpacked before it is asked for; documents are kept as text. */
export interface AwsManagedPolicies {
  /** By name without regard to case. */
  all(): readonly AwsManagedPolicy[];
  get(arn: string): AwsManagedPolicy | undefined;
  /** JSON of the default version; the same text each time. */
  document(arn: string): string | undefined;
  /** JSON by version id, of every version that is known. Unpacks and keeps nothing: for those who ask for one policy. */
  documents(arn: string): ReadonlyMap<string, string>;
}

const arnPrefix = "arn:aws:iam::aws:policy/";
const reservedPaths = ["/aws-service-role/", "/root-task/"];

interface Entry {
  policy: AwsManagedPolicy;
  /** Line of the default version's document. */
  line: number;
  older: { chunk: number; line: number } | undefined;
}

/** One for a process: what it unpacks is shared by all accounts. */
export function createAwsManagedPolicies(): AwsManagedPolicies {
  let index: { all: AwsManagedPolicy[]; byArn: Map<string, Entry> } | undefined;
  let defaults: string[] | undefined;

  const opened = (): NonNullable<typeof index> => (index ??= readIndex());
  const entryOf = (arn: string): Entry | undefined =>
    // Customers' policies are the most; they do not make us unpack anything.
    arn.startsWith(arnPrefix) ? opened().byArn.get(arn) : undefined;
  const defaultOf = ({ line }: Entry): string => {
    defaults ??= unpack(defaultDocuments);
    return defaults[line] ?? "";
  };

  return {
    all: () => opened().all,
    get: (arn) => entryOf(arn)?.policy,
    document(arn) {
      const entry = entryOf(arn);
      return entry && defaultOf(entry);
    },
    documents(arn) {
      const found = new Map<string, string>();
      const entry = entryOf(arn);
      if (!entry) return found;
      const { policy, older } = entry;
      const texts = older ? unpack(olderDocuments[older.chunk] ?? "") : [];
      for (const [n, { versionId }] of policy.versions.entries())
        found.set(versionId, n === 0 ? defaultOf(entry) : (texts[(older?.line ?? 0) + n - 1] ?? ""));
      return found;
    },
  };
}

function unpack(base64: string): string[] {
  // Documents are ASCII (the tests say so); as Latin-1 they take a byte a character and need no decoding.
  return brotliDecompressSync(Buffer.from(base64, "base64")).toString("latin1").split("\n");
}

function readIndex(): { all: AwsManagedPolicy[]; byArn: Map<string, Entry> } {
  const entries = indexLines.map(readLine);
  return {
    all: entries.map(({ policy }) => policy),
    byArn: new Map(entries.map((entry) => [entry.policy.arn, entry])),
  };
}

function readLine(text: string, line: number): Entry {
  const [place = "", created = "", older = "-", ...versions] = text.split(" ");
  const at = place.lastIndexOf("/") + 1;
  const arn = arnPrefix + place.slice(1);
  const known = versions.map(readVersion);
  const createdAtMs = readTime(created);
  const path = place.slice(0, at);
  return {
    line,
    older: older === "-" ? undefined : readPlace(older),
    policy: {
      name: place.slice(at),
      path,
      arn,
      policyId: policyIdOf(arn),
      isAttachable: !reservedPaths.includes(path),
      defaultVersionId: known[0]?.versionId ?? "",
      createdAtMs,
      updatedAtMs: known[0]?.createdAtMs ?? createdAtMs,
      versions: known,
    },
  };
}

function readVersion(text: string): AwsPolicyVersion {
  const [versionId = "", created] = text.split("=");
  return { versionId, createdAtMs: created === undefined ? undefined : readTime(created) };
}

function readPlace(text: string): { chunk: number; line: number } {
  const [chunk, line] = text.split(".");
  return { chunk: Number(chunk), line: Number(line) };
}

const readTime = (base36: string): number => parseInt(base36, 36) * 1000;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** In the form of AWS's older ids, in which no account can be read. */
function policyIdOf(arn: string): string {
  const hash = createHash("sha256").update(arn).digest().subarray(0, 16);
  return `ANPAI${Array.from(hash, (byte) => alphabet[byte & 31]).join("")}`;
}
