import { collection } from "../collection.ts";
import type { StoredPolicy } from "./policy-text.ts";
import type { Tag } from "./tag.ts";

/** Who owns a bucket of the upstream store, and what its policy says. */
export interface Bucket {
  name: string;
  accountId: string;
  region: string;
  createdAtMs: number;
  /** `reserved` until the upstream has made it. */
  state: "reserved" | "ready";
  policy?: StoredPolicy;
  tags?: Tag[];
  /** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html */
  publicAccessBlock?: {
    blockPublicAcls: boolean;
    ignorePublicAcls: boolean;
    blockPublicPolicy: boolean;
    restrictPublicBuckets: boolean;
  };
}

/** Key [name]: unique over all accounts. */
export const buckets = collection({
  name: "buckets",
  key: ({ name }: Bucket) => [name],
  indexes: {
    /** [account id] */
    byAccount: ({ accountId }) => [[accountId]],
  },
});
