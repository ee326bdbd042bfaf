import {
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { CliProblem } from "../problem.ts";

const isMissing = (error: unknown): boolean => (error as Error).name.startsWith("NoSuchEntity");

/** Deletes a user with everything that stands in the way. */
export async function removeUser(iam: IAMClient, UserName: string): Promise<void> {
  const keys = await iam.send(new ListAccessKeysCommand({ UserName }));
  for (const { AccessKeyId } of keys.AccessKeyMetadata ?? [])
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  const policies = await iam.send(new ListUserPoliciesCommand({ UserName }));
  for (const PolicyName of policies.PolicyNames ?? [])
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
  await iam.send(new DeleteUserCommand({ UserName }));
}

async function removeRole(iam: IAMClient, RoleName: string): Promise<void> {
  const policies = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of policies.PolicyNames ?? [])
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

const isOurs = (tags: { Key?: string | undefined }[] | undefined): boolean =>
  tags?.some(({ Key }) => Key === "rolecall-demo") ?? false;

const notOurs = (what: string): CliProblem =>
  new CliProblem(
    `${what} exists and was not made by the demo.`,
    "Run the demo against a server of its own, with a --data DIR of its own.",
  );

/** Removes what an earlier run left. Only things that carry the demo's tag, or its bucket names, are touched. */
export async function cleanUp(iamA: IAMClient, iamB: IAMClient, s3: readonly S3Client[]): Promise<void> {
  try {
    const { User } = await iamA.send(new GetUserCommand({ UserName: "Bob" }));
    if (!isOurs(User?.Tags)) throw notOurs("User Bob");
    await removeUser(iamA, "Bob");
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    const { Role } = await iamB.send(new GetRoleCommand({ RoleName: "foo" }));
    if (!isOurs(Role?.Tags)) throw notOurs("Role foo");
    await removeRole(iamB, "foo");
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  for (const client of s3) {
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    for (const { Name: Bucket } of Buckets ?? []) {
      if (!Bucket?.startsWith("rolecall-demo-")) continue;
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
      for (const { Key } of Contents ?? []) await client.send(new DeleteObjectCommand({ Bucket, Key }));
      await client.send(new DeleteBucketCommand({ Bucket }));
    }
  }
}
