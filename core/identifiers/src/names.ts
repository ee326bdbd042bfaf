/**
 * The form under which a name is unique: IAM names keep the case they were created with, but two names that
 * differ in case only are the same name.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
 */
export function foldName(name: string): string {
  return name.toLowerCase();
}
