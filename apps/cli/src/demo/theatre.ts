import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import type { Profile } from "../profiles.ts";

/** The stock SDK clients of one identity: only the endpoint and the credentials are set. */
export interface Actor {
  name: string;
  iam: IAMClient;
  sts: STSClient;
  s3: S3Client;
}

export function actor(name: string, endpoint: string, credentials: Profile): Actor {
  const common = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  return {
    name,
    iam: new IAMClient(common),
    sts: new STSClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
  };
}

/** What a call came to. */
export interface Outcome {
  /** `OK`, or the error's name on the wire. */
  code: string;
  message: string;
  requestId: string | undefined;
}

interface Metadata {
  $metadata?: { requestId?: string };
}

/** Runs one call and turns its end, whichever, into an outcome. */
export async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome & { answer: unknown }> {
  try {
    const answer = await call();
    return { code: "OK", message: "", requestId: (answer as Metadata).$metadata?.requestId, answer };
  } catch (error) {
    const { name, message, $metadata, Code } = error as Error & Metadata & { Code?: string };
    if (!$metadata) throw error;
    return {
      code: (Code ?? name).replace(/Exception$/, ""),
      message,
      requestId: $metadata.requestId,
      answer: undefined,
    };
  }
}
