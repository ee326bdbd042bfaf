import type { SignaturePlace } from "./signature-problem.ts";
import { fail } from "./signature-problem.ts";
import type { Checked } from "./signature-problem.ts";

export interface CredentialParts {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  terminator: string;
}

/** Longest access key id that IAM's model knows is 128 characters; a scope adds a few short names. */
const maxLength = 512;

/** Takes `AKID/YYYYMMDD/region/service/aws4_request` apart. What the parts say is checked by `verifySignature`. */
export function parseCredential(credential: string, place: SignaturePlace): Checked<CredentialParts> {
  const parts = credential.split("/", 6);
  const [accessKeyId = "", date = "", region = "", service = "", terminator = ""] = parts;
  const isWhole =
    parts.length === 5 &&
    credential.length <= maxLength &&
    accessKeyId !== "" &&
    region !== "" &&
    service !== "" &&
    isPrintable(credential);
  if (!isWhole)
    return fail({ kind: "malformed-credential", credential: credential.slice(0, maxLength), place });
  return { ok: true, value: { accessKeyId, date, region, service, terminator } };
}

/** The scope goes line by line into the string to sign: no blank, line break or control character may be in it. */
function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) return false;
  }
  return true;
}

/** Lower case, sorted, each once; undefined if there is none or too many. */
export function parseSignedHeaders(text: string): string[] | undefined {
  const names = text.toLowerCase().split(";", maxSignedHeaders + 1);
  if (names.length > maxSignedHeaders || names.includes("")) return undefined;
  if (isAscending(names)) return names;
  names.sort();
  return isAscending(names) ? names : undefined;
}

/** Each behind the one before it, so none stands twice. */
function isAscending(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) if ((names[i] ?? "") <= (names[i - 1] ?? "")) return false;
  return true;
}

const maxSignedHeaders = 200;
