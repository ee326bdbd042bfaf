import type { Json, JsonObject } from "./event.ts";

/**
 * Members that never enter an event: they are left out, not masked.
 * `SessionToken` stays in STS records, as in AWS's: without its secret it signs nothing.
 */
const secretMembers = new Set([
  "SecretAccessKey",
  "Password",
  "OldPassword",
  "NewPassword",
  "TokenCode",
  "AuthenticationCode1",
  "AuthenticationCode2",
  "Base32StringSeed",
  "QRCodePNG",
  "PrivateKey",
  "AddPrivateKey",
  "ServicePassword",
  "ServiceCredentialSecret",
  "SAMLAssertion",
  "WebIdentityToken",
  "TradeInToken",
]);

/** What CloudTrail writes in place of a value that should not have come where it came. */
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** A private key that was sent as something else, such as a certificate. */
const holdsPrivateKey = (text: string): boolean => text.includes("PRIVATE KEY-----");

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Dates inside an event are text: `Nov 30, 2024, 8:43:17 PM` (IAM's own lack the second comma). */
export function dateText(date: Date, withComma: boolean): string {
  const hours = date.getUTCHours();
  const two = (n: number): string => String(n).padStart(2, "0");
  const time = `${hours % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hours < 12 ? "AM" : "PM"}`;
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}${withComma ? "," : ""} ${time}`;
}

/** First letter to lower case, whatever follows: `SAMLProviderArn` becomes `sAMLProviderArn`. */
function lowerFirst(name: string): string {
  const first = name.charCodeAt(0);
  return first >= 0x61 && first <= 0x7a ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/**
 * An API input or output as an event shows it: first letters lower, secrets left out, only members that are
 * there. No members at all is null.
 */
export function eventParameters(
  members: object | undefined,
  style: { dateComma: boolean },
): JsonObject | null {
  if (members === undefined) return null;
  const shown = showObject(members, style);
  return Object.keys(shown).length > 0 ? shown : null;
}

function showObject(members: object, style: { dateComma: boolean }): JsonObject {
  const shown: JsonObject = {};
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || secretMembers.has(name)) continue;
    shown[lowerFirst(name)] = show(value, style);
  }
  return shown;
}

function show(value: unknown, style: { dateComma: boolean }): Json {
  if (typeof value === "string") return holdsPrivateKey(value) ? hidden : value;
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Date) return dateText(value, style.dateComma);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map((item) => show(item, style));
  if (typeof value === "object") return showObject(value, style);
  return String(value);
}
