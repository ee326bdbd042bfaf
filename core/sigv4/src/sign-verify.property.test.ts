import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { describeProblem } from "./describe-problem.ts";
import { parseAuthentication } from "./parse-authentication.ts";
import type { HttpRequestHead } from "./request-head.ts";
import { presign, signRequest } from "./sign-request.ts";
import type { SignOptions } from "./sign-request.ts";
import type { SigningFamily } from "./signing-rules.ts";
import { verifySignature } from "./verify-signature.ts";

const runs = { numRuns: 300 };
const sha256Hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
/** Escapes in capitals, so that no single changed character spells the same text. */
const escaped = fc.string({ unit: "binary", minLength: 1, maxLength: 8 }).map((s) => encodeURIComponent(s));
const path = fc
  .array(fc.oneof(word, escaped), { maxLength: 4 })
  .map((segments) => `/${segments.filter((s) => s !== "." && s !== "..").join("/")}`);
const query = fc
  .uniqueArray(fc.tuple(word, escaped), { selector: ([name]) => name.toLowerCase(), maxLength: 4 })
  .map((pairs) => pairs.map(([name, value]) => `p${name}=${value}`).join("&"));
const headerValue = fc.stringMatching(/^[!-~]{1,10}( [!-~]{1,10}){0,2}$/);
const headers = fc
  .uniqueArray(fc.tuple(word, headerValue), { selector: ([name]) => name.toLowerCase(), maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => [`X-H-${name}`, value] as const));

interface Situation {
  head: HttpRequestHead;
  options: SignOptions & { family: SigningFamily };
  presigned: boolean;
}

const situation: fc.Arbitrary<Situation> = fc.record({
  head: fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
    path,
    query,
    headers: fc.tuple(word, headers).map(([host, rest]) => [["Host", host] as const, ...rest]),
  }),
  options: fc.record({
    credentials: fc
      .tuple(word, fc.string({ minLength: 1 }), fc.option(word))
      .map(([accessKeyId, secretAccessKey, token]) => ({
        accessKeyId,
        secretAccessKey,
        ...(token !== null && { sessionToken: token }),
      })),
    region: word,
    service: word,
    nowMs: fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) }).map((ms) => ms - (ms % 1000)),
    bodySha256: sha256Hex,
    family: fc.constantFrom<SigningFamily>("query", "s3", "json"),
  }),
  presigned: fc.boolean(),
});

function sign({ head, options, presigned }: Situation): HttpRequestHead {
  if (!presigned) return signRequest(head, options);
  // A link has no header to name a payload hash with, so for S3 the payload is unsigned.
  const bodySha256 = options.family === "s3" ? "UNSIGNED-PAYLOAD" : options.bodySha256;
  return presign(head, { ...options, bodySha256, expiresSeconds: 600 });
}

/** The kind of problem, or undefined if the request is taken. */
function problemOf(head: HttpRequestHead, options: Situation["options"]): string | undefined {
  const parsed = parseAuthentication(head, { family: options.family });
  if (!parsed.ok) return parsed.problem.kind;
  if (parsed.value.kind === "anonymous") return "anonymous";
  // The key id is not signed: it only finds the secret.
  if (parsed.value.accessKeyId !== options.credentials.accessKeyId) return "unknown-key";
  const verified = verifySignature(head, parsed.value, {
    secret: options.credentials.secretAccessKey,
    nowMs: options.nowMs,
    family: options.family,
    signingNames: [options.service],
    bodySha256: options.bodySha256,
    virtualHostBucket: null,
  });
  return verified.ok ? undefined : verified.problem.kind;
}

test("what we sign we verify", () =>
  fc.assert(
    fc.property(situation, (s) => {
      equal(problemOf(sign(s), s.options), undefined);
    }),
    runs,
  ));

/** Replaces one character by another one that cannot spell the same thing. */
function changed(text: string, seed: number): string {
  if (text.length === 0) return "X";
  const at = seed % text.length;
  return `${text.slice(0, at)}${text[at]?.toUpperCase() === "Z" ? "Y" : "Z"}${text.slice(at + 1)}`;
}

test("one changed character anywhere fails", () => {
  const seed = fc.nat();
  const part = fc.constantFrom("method", "path", "query", "header", "body", "date", "secret", "token");
  return fc.assert(
    fc.property(situation, seed, part, (s, n, what) => {
      const signed = sign(s);
      let head: HttpRequestHead = signed;
      let options = s.options;
      const header = (index: number): HttpRequestHead => ({
        ...signed,
        headers: signed.headers.map(
          ([name, value], i) => [name, i === index ? changed(value, n) : value] as const,
        ),
      });
      if (what === "method") head = { ...signed, method: changed(signed.method, n) };
      if (what === "path") head = { ...signed, path: `/${changed(signed.path.slice(1), n)}` };
      if (what === "query") head = { ...signed, query: changed(signed.query, n) };
      if (what === "header") head = header(n % signed.headers.length);
      if (what === "secret")
        options = {
          ...options,
          credentials: {
            ...options.credentials,
            secretAccessKey: changed(options.credentials.secretAccessKey, n),
          },
        };
      if (what === "token" && options.credentials.sessionToken !== undefined)
        head = header(signed.headers.findIndex(([name]) => name === "x-amz-security-token"));
      if (what === "body") {
        fc.pre(!(s.presigned && options.family === "s3"));
        options = {
          ...options,
          bodySha256: options.bodySha256 === "0".repeat(64) ? "1".repeat(64) : "0".repeat(64),
        };
      }
      if (what === "date") options = { ...options, nowMs: options.nowMs + 31 * 60_000 };
      fc.pre(head !== signed || options !== s.options);
      fc.pre(JSON.stringify(head) !== JSON.stringify(signed) || options !== s.options);
      const problem = problemOf(head, options);
      ok(problem !== undefined, `${what} was changed and the request was taken`);
    }),
    { numRuns: 1500 },
  );
});

test("a header added to a signed request changes nothing or is refused, and never passes for signed", () =>
  fc.assert(
    fc.property(
      situation,
      fc.constantFrom("Host", "X-Amz-Date", "Authorization", "X-Amz-Security-Token"),
      word,
      (s, name, v) => {
        const signed = sign(s);
        const problem = problemOf({ ...signed, headers: [...signed.headers, [name, v]] }, s.options);
        const isToken = name === "X-Amz-Security-Token" && s.options.credentials.sessionToken === undefined;
        const isUnread = s.presigned && name === "X-Amz-Date" && s.options.family === "query";
        // The caller looks the token up: a token that is none ends there. S3 refuses it here already.
        if (isToken && s.options.family !== "s3") equal(problem, undefined);
        else if (isUnread) equal(problem, undefined);
        else ok(problem !== undefined, `${name} was added`);
      },
    ),
    runs,
  ));

const noise = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("%", "%zz", "&", "=", ";", ",", "\n"),
);
const authorization = fc.oneof(
  noise.map((s) => `AWS4-HMAC-SHA256 ${s}`),
  noise.map((s) => `AWS4-HMAC-SHA256 Credential=${s}, SignedHeaders=${s}, Signature=${s}`),
  noise.map(
    (s) => `AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request,SignedHeaders=host;${s},Signature=${s}`,
  ),
  noise.map((s) => `AWS ${s}`),
  noise,
);

test("nothing throws, and nothing is taken, whatever stands in the request", () =>
  fc.assert(
    fc.property(
      fc.constantFrom<SigningFamily>("query", "s3", "json"),
      fc.record({
        method: noise,
        path: noise,
        query: fc.oneof(
          noise,
          noise.map((s) => `X-Amz-Signature=${s}&${s}`),
        ),
      }),
      fc.array(fc.tuple(fc.constantFrom("Host", "Date", "X-Amz-Date", "x-amz-content-sha256", "X"), noise)),
      fc.option(authorization),
      (family, head, extra, auth) => {
        const full: HttpRequestHead = {
          ...head,
          headers: auth === null ? extra : [...extra, ["Authorization", auth] as const],
        };
        const parsed = parseAuthentication(full, { family });
        if (parsed.ok && parsed.value.kind === "anonymous") {
          equal(auth, null, "an Authorization header passed for none");
          return;
        }
        const problem = parsed.ok
          ? verifySignature(full, parsed.value as never, {
              secret: "secret",
              nowMs: Date.UTC(2015, 7, 30),
              family,
              signingNames: ["s"],
              bodySha256: "0".repeat(64),
              virtualHostBucket: null,
            })
          : parsed;
        ok(!problem.ok);
        const described = describeProblem(problem.problem, family, Date.UTC(2015, 7, 30));
        ok(described.message.length > 0 && described.status >= 400);
      },
    ),
    { numRuns: 3000 },
  ));
