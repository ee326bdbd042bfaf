/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
export interface Tag {
  key: string;
  value: string;
}
