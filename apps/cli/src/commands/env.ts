import type { Connection } from "../connection.ts";

/** Text in single quotes for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Shell lines that point the stock AWS tools at the server. */
export function environmentLines({ endpoint, credentials }: Connection): string[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return [
    `export AWS_ENDPOINT_URL=${quoted(endpoint)}`,
    `export AWS_ACCESS_KEY_ID=${quoted(accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY=${quoted(secretAccessKey)}`,
    sessionToken === undefined
      ? "unset AWS_SESSION_TOKEN"
      : `export AWS_SESSION_TOKEN=${quoted(sessionToken)}`,
    "export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1",
    "unset AWS_PROFILE",
  ];
}
