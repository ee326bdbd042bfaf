import { idPrefixes, newAccessKeyId } from "@rolecall/identifiers";
import type { Random } from "@rolecall/identifiers";
import { Secret } from "./secret.ts";

export interface NewAccessKey {
  accessKeyId: string;
  secretAccessKey: Secret;
}

/**
 * A long-term access key: an `AKIA…` id that carries its account, and 240 random bits as 40 base 64
 * characters, AWS's own form.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
 */
export function newAccessKey(accountId: string, random: Random): NewAccessKey {
  return {
    accessKeyId: newAccessKeyId(idPrefixes.accessKey, accountId, random),
    secretAccessKey: new Secret(Buffer.from(random(30)).toString("base64")),
  };
}
