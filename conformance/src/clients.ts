import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import type { Keys, ServerProcess } from "./server-process.ts";

export interface Clients {
  iam: IAMClient;
  sts: STSClient;
  s3: S3Client;
}

/** The stock SDK with nothing but endpoint, region and credentials set. */
export function clients(server: ServerProcess, keys: Keys, region = "us-east-1"): Clients {
  const common = { endpoint: server.url, region, credentials: keys, maxAttempts: 1 };
  return {
    iam: new IAMClient(common),
    sts: new STSClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
  };
}

/** The error that a call must end in. */
export async function failure(
  call: Promise<unknown>,
): Promise<Error & { Code?: string; $metadata: { httpStatusCode?: number } }> {
  try {
    await call;
  } catch (error) {
    return error as Error & { Code?: string; $metadata: { httpStatusCode?: number } };
  }
  throw new Error("the call was expected to fail");
}
