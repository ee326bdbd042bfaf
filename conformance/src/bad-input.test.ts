import { after, before, test } from "node:test";
import { equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import { signRequest } from "@rolecall/sigv4";
import { clients } from "./clients.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

let server: ServerProcess;
const data = temporaryDirectory();

before(async () => {
  server = await startProcess(data);
});
after(async () => {
  const { iam } = clients(server, server.profile());
  const { Users } = await iam.send(new ListUsersCommand({}));
  equal(Users?.length, 0, "bad input left something in the store");
  await server.kill("SIGTERM");
  removeDirectory(data);
});

interface Answer {
  status: number;
  body: string;
}

/** Writes raw bytes, reads until the server closes or `waitMs` have passed without news. */
function raw(bytes: string | Buffer, waitMs = 3000): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    socket.setTimeout(waitMs, () => socket.destroy());
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "EPIPE" || error.code === "ECONNRESET" ? undefined : reject(error),
    );
    socket.on("close", () => {
      const [head = "", ...body] = text.split("\r\n\r\n");
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), body: body.join("\r\n\r\n") });
    });
    socket.write(bytes);
  });
}

/** A root-signed query request whose form is given byte for byte. */
async function signed(
  form: string | Buffer,
  options: { method?: string; query?: string; service?: string; headers?: [string, string][] } = {},
): Promise<Answer> {
  const body = Buffer.from(form);
  const { method = "POST", query = "", service = "iam" } = options;
  const head = signRequest(
    {
      method,
      path: "/",
      query,
      headers: [
        ["host", new URL(server.url).host],
        ["content-type", "application/x-www-form-urlencoded; charset=utf-8"],
        ...(options.headers ?? []),
      ],
    },
    {
      credentials: server.profile(),
      region: "us-east-1",
      service,
      nowMs: Date.now(),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  const headers = Object.fromEntries(head.headers.filter(([name]) => name.toLowerCase() !== "host"));
  const answer = await fetch(`${server.url}/${query === "" ? "" : `?${query}`}`, {
    method,
    headers,
    ...(method === "GET" ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
}

const v = "Version=2010-05-08";

const cases: readonly [name: string, form: string | Buffer, status: number, pattern: RegExp][] = [
  [
    "unknown action",
    `Action=NoSuchThing&${v}`,
    400,
    /<Code>InvalidAction<\/Code>.*Could not find operation NoSuchThing for version 2010-05-08/,
  ],
  ["unknown version", "Action=ListUsers&Version=1999-01-01", 400, /<Code>InvalidAction<\/Code>/],
  ["no action", v, 400, /<Code>MissingAction<\/Code>/],
  ["empty body", "", 400, /<Code>MissingAction<\/Code>/],
  [
    "duplicated parameter",
    `Action=CreateUser&${v}&UserName=a&UserName=b`,
    400,
    /<Code>MalformedQueryString<\/Code>/,
  ],
  [
    "broken percent sequence",
    `Action=CreateUser&${v}&UserName=%zz`,
    400,
    /<Code>MalformedQueryString<\/Code>/,
  ],
  ["broken UTF-8", `Action=CreateUser&${v}&UserName=%ff%fe`, 400, /<Code>MalformedQueryString<\/Code>/],
  [
    "raw bytes",
    Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x00]),
    400,
    /<Code>(MalformedQueryString|MissingAction)<\/Code>/,
  ],
  ["a name with a line feed", `Action=CreateUser&${v}&UserName=a%0a`, 400, /<Code>ValidationError<\/Code>/],
  ["XML in a name", `Action=CreateUser&${v}&UserName=%3Cx%3E%26`, 400, /<Code>ValidationError<\/Code>/],
  ["a name of 65", `Action=CreateUser&${v}&UserName=${"a".repeat(65)}`, 400, /<Code>ValidationError<\/Code>/],
  ["XML in the action", `Action=%3Cx%3E&${v}`, 400, /Could not find operation &lt;x&gt; for/],
  ["a control character in the action", `Action=%01%00&${v}`, 400, /<Code>InvalidAction<\/Code>/],
  [
    "policy that is not JSON",
    `Action=CreateRole&${v}&RoleName=r&AssumeRolePolicyDocument=%7B`,
    400,
    /<Code>MalformedPolicyDocument<\/Code>.*This policy contains invalid Json/,
  ],
  [
    "deeply nested policy",
    `Action=CreateRole&${v}&RoleName=r&AssumeRolePolicyDocument=${"[".repeat(50_000)}`,
    400,
    /<Code>MalformedPolicyDocument<\/Code>/,
  ],
  [
    "huge list index",
    `Action=CreateUser&${v}&UserName=a&Tags.member.999999999.Key=x&Tags.member.999999999.Value=y`,
    400,
    /<Code>\w+<\/Code>/,
  ],
];

for (const [name, form, status, pattern] of cases)
  test(`${name} is refused with AWS's error`, async () => {
    const answer = await signed(form);
    equal(answer.status, status, answer.body);
    match(answer.body, pattern);
    match(answer.body, /<RequestId>[0-9a-f-]{36}<\/RequestId>/);
  });

test("other methods and forms of a call", async () => {
  const get = await signed("", { method: "GET", query: `Action=ListUsers&${v}` });
  equal(get.status, 200, get.body);
  const inQuery = await signed("", { query: `Action=ListUsers&${v}` });
  equal(inQuery.status, 200, inQuery.body);
  const both = await signed(`Action=ListUsers&${v}`, { query: "Action=DeleteUser" });
  equal(both.status, 400, both.body);
  const wrongService = await signed(`Action=ListUsers&${v}`, { service: "sts" });
  equal(wrongService.status, 400, wrongService.body);
});

test("a service that nobody maps is denied, and says so", async () => {
  const answer = await signed("{}", {
    service: "dynamodb",
    headers: [["x-amz-target", "DynamoDB_20120810.ListTables"]],
  });
  equal(answer.status, 400, answer.body);
  match(answer.body, /no authorization mapping for the service dynamodb/);
});

test("ten megabytes of form are refused without being read", async () => {
  const length = 10 * 1024 * 1024;
  const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAX/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=00\r\nContent-Length: ${length}\r\n\r\n`;
  const answer = await raw(Buffer.concat([Buffer.from(head), Buffer.alloc(length, "a")]));
  equal(answer.status, 413, answer.body);
});

test("headers beyond the bound, and what is no HTTP, are refused", async () => {
  equal((await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${"a".repeat(100_000)}\r\n\r\n`)).status, 400);
  equal((await raw("this is not http\r\n\r\n")).status, 400);
  equal(
    (await raw("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"))
      .status,
    400,
  );
  equal((await raw("GET /%zz%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).status >= 400, true);
});

test("an unsigned call gets AWS's answer for it", async () => {
  const answer = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `Action=ListUsers&${v}`,
  });
  equal(answer.status, 403);
  match(await answer.text(), /<Code>MissingAuthenticationToken<\/Code>/);
});

test("a client that stops in the middle of a body is let go, and others are served meanwhile", async () => {
  const socket = connect(server.port, "127.0.0.1");
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nAction=`,
  );
  const started = await signed(`Action=ListUsers&${v}`);
  equal(started.status, 200);
  socket.destroy();
  ok((await signed(`Action=ListUsers&${v}`)).status === 200);
});
