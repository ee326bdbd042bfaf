import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam";
import type { IAMClient, PolicyVersion } from "@aws-sdk/client-iam";
import { changeTags, decoded, tagList, tagMap, unlessGone } from "./kind.ts";
import type { Kind, Tags } from "./kind.ts";

export interface PolicyArguments {
  name: string;
  path: string;
  /** Cannot change: another description is another policy. */
  description: string;
  policy: unknown;
  tags: Tags;
}

async function otherVersions(iam: IAMClient, PolicyArn: string): Promise<PolicyVersion[]> {
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  return Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion === false);
}

/** aws_iam_policy; the id is the ARN. */
export const policy: Kind<PolicyArguments> = {
  async create(iam, wanted) {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: wanted.name,
        Path: wanted.path,
        PolicyDocument: JSON.stringify(wanted.policy),
        // Sent even when it is empty.
        Description: wanted.description,
        Tags: tagList(wanted.tags),
      }),
    );
    return Policy?.Arn ?? "";
  },
  read: (iam, PolicyArn) =>
    unlessGone(async () => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const { PolicyVersion: version } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
      );
      return {
        arguments: {
          name: Policy?.PolicyName ?? "",
          path: Policy?.Path ?? "",
          description: Policy?.Description ?? "",
          policy: decoded(version?.Document),
          tags: tagMap(Policy?.Tags),
        },
        computed: { arn: Policy?.Arn, id: Policy?.PolicyId, created: Policy?.CreateDate?.toISOString() },
      };
    }),
  async update(iam, PolicyArn, before, after) {
    const document = JSON.stringify(after.policy);
    if (document !== JSON.stringify(before.policy)) {
      const others = await otherVersions(iam, PolicyArn);
      if (others.length === 4) {
        const oldest = others.toSorted((a, b) => Number(a.CreateDate) - Number(b.CreateDate))[0];
        await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest?.VersionId }));
      }
      await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document, SetAsDefault: true }),
      );
    }
    await changeTags(
      before.tags,
      after.tags,
      (TagKeys) => iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys })),
      (Tags) => iam.send(new TagPolicyCommand({ PolicyArn, Tags })),
    );
    return PolicyArn;
  },
  async destroy(iam, PolicyArn) {
    for (const { VersionId } of await otherVersions(iam, PolicyArn))
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    await iam.send(new DeletePolicyCommand({ PolicyArn }));
  },
};
