/**
 * Amazon Resource Names: `arn:partition:service:region:account:resource`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export interface Arn {
  partition: string;
  service: string;
  region: string;
  accountId: string;
  /** Everything after the fifth colon, colons and slashes included. */
  resource: string;
}

/** The six parts of an ARN, or undefined when the text has fewer or does not begin with `arn:`. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const parts: string[] = [];
  let start = 4;
  for (let n = 0; n < 4; n++) {
    const colon = text.indexOf(":", start);
    if (colon < 0) return undefined;
    parts.push(text.slice(start, colon));
    start = colon + 1;
  }
  const resource = text.slice(start);
  const [partition = "", service = "", region = "", accountId = ""] = parts;
  if (partition === "" || service === "" || resource === "") return undefined;
  return { partition, service, region, accountId, resource };
}

export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}

/** The only partition served: accounts of other partitions are other installations. */
export const partition = "aws";

const iamArn = (accountId: string, resource: string): string =>
  `arn:${partition}:iam::${accountId}:${resource}`;
const stsArn = (accountId: string, resource: string): string =>
  `arn:${partition}:sts::${accountId}:${resource}`;

/**
 * IAM and STS ARNs. A path begins and ends with `/`; it stands inside the ARN without its first slash.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export const rootArn = (accountId: string): string => iamArn(accountId, "root");
export const userArn = (accountId: string, path: string, name: string): string =>
  iamArn(accountId, `user${path}${name}`);
export const groupArn = (accountId: string, path: string, name: string): string =>
  iamArn(accountId, `group${path}${name}`);
export const roleArn = (accountId: string, path: string, name: string): string =>
  iamArn(accountId, `role${path}${name}`);
export const policyArn = (accountId: string, path: string, name: string): string =>
  iamArn(accountId, `policy${path}${name}`);
export const instanceProfileArn = (accountId: string, path: string, name: string): string =>
  iamArn(accountId, `instance-profile${path}${name}`);
export const serverCertificateArn = (accountId: string, path: string, name: string): string =>
  iamArn(accountId, `server-certificate${path}${name}`);
export const samlProviderArn = (accountId: string, name: string): string =>
  iamArn(accountId, `saml-provider/${name}`);
/** @param url  the issuer without its scheme */
export const oidcProviderArn = (accountId: string, url: string): string =>
  iamArn(accountId, `oidc-provider/${url}`);

/** The ARN of a role session. The role's path is not part of it. */
export const assumedRoleArn = (accountId: string, roleName: string, sessionName: string): string =>
  stsArn(accountId, `assumed-role/${roleName}/${sessionName}`);
export const federatedUserArn = (accountId: string, name: string): string =>
  stsArn(accountId, `federated-user/${name}`);

export const bucketArn = (bucket: string): string => `arn:${partition}:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `arn:${partition}:s3:::${bucket}/${key}`;

/** An identity provider's ARN taken apart: its name, or its issuer's URL without the scheme. */
export interface ProviderArn {
  accountId: string;
  type: "saml-provider" | "oidc-provider";
  name: string;
}

/** The account, type and name in an identity provider's ARN; names of OIDC providers hold slashes and colons. */
export function parseProviderArn(text: string): ProviderArn | undefined {
  const arn = parseArn(text);
  if (arn?.service !== "iam" || arn.region !== "" || arn.partition !== partition) return undefined;
  const slash = arn.resource.indexOf("/");
  const type = arn.resource.slice(0, slash);
  const name = arn.resource.slice(slash + 1);
  if ((type !== "saml-provider" && type !== "oidc-provider") || name === "") return undefined;
  return { accountId: arn.accountId, type, name };
}

/** A named IAM entity's ARN taken apart: `role/team/x/deploy` is type `role`, path `/team/x/`, name `deploy`. */
export interface EntityArn {
  accountId: string;
  type: string;
  path: string;
  name: string;
}

/** The account, type, path and name in an IAM ARN such as `arn:aws:iam::111122223333:role/team/deploy`. */
export function parseEntityArn(text: string): EntityArn | undefined {
  const arn = parseArn(text);
  if (arn?.service !== "iam" || arn.region !== "" || arn.partition !== partition) return undefined;
  const first = arn.resource.indexOf("/");
  if (first <= 0) return undefined;
  const last = arn.resource.lastIndexOf("/");
  const name = arn.resource.slice(last + 1);
  if (name === "") return undefined;
  return {
    accountId: arn.accountId,
    type: arn.resource.slice(0, first),
    path: arn.resource.slice(first, last + 1),
    name,
  };
}
