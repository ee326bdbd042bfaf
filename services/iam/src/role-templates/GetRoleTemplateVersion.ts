import { iam, NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { encodeDocument } from "../documents.ts";
import type { JsonObject } from "../templates/render.ts";
import { roleTemplates } from "./catalogue.ts";
import type { RoleTemplate, TemplateParameter } from "./catalogue.ts";

/** The name and the major version that end a template's ARN: `…/NAME:1`. */
function nameAndMajor({ arn }: RoleTemplate): [name: string, major: number] {
  const [name = "", major = ""] = arn.slice(arn.lastIndexOf("/") + 1).split(":");
  return [name, Number(major)];
}

const documentText = (document: JsonObject): string => encodeDocument(JSON.stringify(document));

const parameterShape = (parameter: TemplateParameter): Iam.ParameterDefinition => ({
  Name: parameter.name,
  Type: parameter.type,
  Description: parameter.description,
  IsRequired: parameter.defaultValue === undefined,
  DefaultValue: parameter.defaultValue,
  Immutable: false,
});

function versionShape(template: RoleTemplate): Iam.RoleTemplateVersion {
  const [name, major] = nameAndMajor(template);
  const { inlinePolicies, managedPolicyArns } = template;
  return {
    TemplateArn: template.arn,
    TemplateName: name,
    TemplateVersionId: template.versionId,
    Description: template.description,
    MajorVersion: major,
    DefaultMinorVersion: template.minorVersion,
    ManagedByType: "Service",
    ManagedByValue: template.service,
    Enabled: true,
    MinorVersion: template.minorVersion,
    RoleNamePattern: template.namePattern,
    RolePathPattern: template.pathPattern,
    RoleDescriptionPattern: template.descriptionPattern,
    AssumeRolePolicyDocumentTemplate: documentText(template.trust),
    InlinePolicyTemplates:
      inlinePolicies.length === 0
        ? undefined
        : inlinePolicies.map(({ name: PolicyName, document }) => ({
            PolicyName,
            PolicyDocument: documentText(document),
          })),
    ManagedPolicyArns: managedPolicyArns.length === 0 ? undefined : managedPolicyArns,
    ParametersDefinition: template.parameters.map(parameterShape),
    MaxSessionDuration: template.maxSessionDurationSeconds,
    VersionEnabled: true,
    CreateTimestamp: new Date(template.createdAt),
    UpdateTimestamp: new Date(template.createdAt),
  };
}

/** Recorded 09/2026; the model has no page of its own for it in the public copy of the reference. */
export const GetRoleTemplateVersion = operation(iam, "GetRoleTemplateVersion", {
  authorization: ({ TemplateArn }) => ({ resource: TemplateArn, shownAs: `role-template ${TemplateArn}` }),
  async handle({ TemplateArn, MinorVersion }) {
    const template = roleTemplates.find(({ arn }) => arn === TemplateArn);
    if (!template || template.minorVersion !== (MinorVersion ?? template.minorVersion))
      throw NoSuchEntity(`Role Template ${TemplateArn} cannot be found.`);
    return { RoleTemplateVersion: versionShape(template) };
  },
});
