import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateAccountAliasCommand,
  CreateOpenIDConnectProviderCommand,
  CreateSAMLProviderCommand,
  DeleteAccountAliasCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteSAMLProviderCommand,
  GetAccountPasswordPolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetSAMLProviderCommand,
  ListAccountAliasesCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  TagSAMLProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UntagSAMLProviderCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { changeTags, lastOf, tagList, tagMap, unlessGone } from "./kind.ts";
import type { Kind, Tags } from "./kind.ts";

export interface OpenIdConnectProviderArguments {
  url: string;
  clientIds: string[];
  /** Order and case are compared. */
  thumbprints: string[];
  tags: Tags;
}

/** aws_iam_openid_connect_provider; the id is the ARN. */
export const openIdConnectProvider: Kind<OpenIdConnectProviderArguments> = {
  async create(iam, { url, clientIds, thumbprints, tags }) {
    const { OpenIDConnectProviderArn } = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: url,
        ClientIDList: clientIds,
        ...(thumbprints.length > 0 && { ThumbprintList: thumbprints }),
        Tags: tagList(tags),
      }),
    );
    return OpenIDConnectProviderArn ?? "";
  },
  read: (iam, OpenIDConnectProviderArn) =>
    unlessGone(async () => {
      const provider = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
      return {
        arguments: {
          url: `https://${provider.Url}`,
          clientIds: provider.ClientIDList ?? [],
          thumbprints: provider.ThumbprintList ?? [],
          tags: tagMap(provider.Tags),
        },
        computed: { created: provider.CreateDate?.toISOString() },
      };
    }),
  async update(iam, OpenIDConnectProviderArn, before, after) {
    const named = { OpenIDConnectProviderArn };
    if (before.thumbprints.join() !== after.thumbprints.join())
      await iam.send(
        new UpdateOpenIDConnectProviderThumbprintCommand({ ...named, ThumbprintList: after.thumbprints }),
      );
    for (const ClientID of before.clientIds)
      if (!after.clientIds.includes(ClientID))
        await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...named, ClientID }));
    for (const ClientID of after.clientIds)
      if (!before.clientIds.includes(ClientID))
        await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID }));
    await changeTags(
      before.tags,
      after.tags,
      (TagKeys) => iam.send(new UntagOpenIDConnectProviderCommand({ ...named, TagKeys })),
      (Tags) => iam.send(new TagOpenIDConnectProviderCommand({ ...named, Tags })),
    );
    return OpenIDConnectProviderArn;
  },
  async destroy(iam, OpenIDConnectProviderArn) {
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  },
};

export interface SamlProviderArguments {
  name: string;
  /** Compared as a plain string. */
  metadata: string;
  tags: Tags;
}

/** aws_iam_saml_provider; the id is the ARN. */
export const samlProvider: Kind<SamlProviderArguments> = {
  async create(iam, { name, metadata, tags }) {
    const { SAMLProviderArn } = await iam.send(
      new CreateSAMLProviderCommand({ Name: name, SAMLMetadataDocument: metadata, Tags: tagList(tags) }),
    );
    return SAMLProviderArn ?? "";
  },
  read: (iam, SAMLProviderArn) =>
    unlessGone(async () => {
      const provider = await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }));
      return {
        arguments: {
          name: lastOf(SAMLProviderArn),
          metadata: provider.SAMLMetadataDocument ?? "",
          tags: tagMap(provider.Tags),
        },
        computed: { id: provider.SAMLProviderUUID, created: provider.CreateDate?.toISOString() },
      };
    }),
  async update(iam, SAMLProviderArn, before, after) {
    if (before.metadata !== after.metadata)
      await iam.send(
        new UpdateSAMLProviderCommand({ SAMLProviderArn, SAMLMetadataDocument: after.metadata }),
      );
    await changeTags(
      before.tags,
      after.tags,
      (TagKeys) => iam.send(new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys })),
      (Tags) => iam.send(new TagSAMLProviderCommand({ SAMLProviderArn, Tags })),
    );
    return SAMLProviderArn;
  },
  async destroy(iam, SAMLProviderArn) {
    await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn }));
  },
};

export interface AliasArguments {
  alias: string;
}

/** aws_iam_account_alias. There must be exactly one; none is gone. */
export const accountAlias: Kind<AliasArguments> = {
  async create(iam, { alias }) {
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: alias }));
    return alias;
  },
  async read(iam) {
    const { AccountAliases = [] } = await iam.send(new ListAccountAliasesCommand({}));
    if (AccountAliases.length > 1) throw new Error("an account has one alias at most");
    const [alias] = AccountAliases;
    return alias === undefined ? undefined : { arguments: { alias }, computed: {} };
  },
  async update(iam, id, _before, after) {
    await accountAlias.destroy(iam, id);
    return accountAlias.create(iam, after);
  },
  async destroy(iam, alias) {
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: alias }));
  },
};

export interface PasswordPolicyArguments {
  minimumLength: number;
  requireSymbols: boolean;
  requireNumbers: boolean;
  requireUppercase: boolean;
  requireLowercase: boolean;
  allowChange: boolean;
  /** 0: passwords do not expire. */
  maxAgeDays: number;
  reusePrevention: number;
  hardExpiry: boolean;
}

/** Values of zero are not sent. */
async function putPasswordPolicy(iam: IAMClient, wanted: PasswordPolicyArguments): Promise<string> {
  await iam.send(
    new UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: wanted.minimumLength,
      AllowUsersToChangePassword: wanted.allowChange,
      ...(wanted.requireSymbols && { RequireSymbols: true }),
      ...(wanted.requireNumbers && { RequireNumbers: true }),
      ...(wanted.requireUppercase && { RequireUppercaseCharacters: true }),
      ...(wanted.requireLowercase && { RequireLowercaseCharacters: true }),
      ...(wanted.maxAgeDays > 0 && { MaxPasswordAge: wanted.maxAgeDays }),
      ...(wanted.reusePrevention > 0 && { PasswordReusePrevention: wanted.reusePrevention }),
      ...(wanted.hardExpiry && { HardExpiry: true }),
    }),
  );
  return "iam-account-password-policy";
}

/** aws_iam_account_password_policy. What is not sent goes back to its default. */
export const passwordPolicy: Kind<PasswordPolicyArguments> = {
  create: putPasswordPolicy,
  read: (iam) =>
    unlessGone(async () => {
      const { PasswordPolicy: policy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
      if (policy?.ExpirePasswords !== (policy?.MaxPasswordAge !== undefined))
        throw new Error("ExpirePasswords does not follow from MaxPasswordAge");
      const { RequireSymbols, RequireNumbers, RequireUppercaseCharacters, RequireLowercaseCharacters } =
        policy ?? {};
      const flags = [RequireSymbols, RequireNumbers, RequireUppercaseCharacters, RequireLowercaseCharacters];
      if (flags.includes(undefined)) throw new Error("a flag is missing");
      return {
        arguments: {
          minimumLength: policy?.MinimumPasswordLength ?? 0,
          requireSymbols: RequireSymbols ?? false,
          requireNumbers: RequireNumbers ?? false,
          requireUppercase: RequireUppercaseCharacters ?? false,
          requireLowercase: RequireLowercaseCharacters ?? false,
          allowChange: policy?.AllowUsersToChangePassword ?? false,
          maxAgeDays: policy?.MaxPasswordAge ?? 0,
          reusePrevention: policy?.PasswordReusePrevention ?? 0,
          hardExpiry: policy?.HardExpiry ?? false,
        },
        computed: {},
      };
    }),
  update: (iam, _id, _before, after) => putPasswordPolicy(iam, after),
  async destroy(iam) {
    await iam.send(new DeleteAccountPasswordPolicyCommand({}));
  },
};
