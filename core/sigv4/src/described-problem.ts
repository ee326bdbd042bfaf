/** AWS's answer to a problem. `details` are further members of S3's error document. */
export interface DescribedProblem {
  code: string;
  status: number;
  message: string;
  details?: Readonly<Record<string, string>>;
}

/** Every 400 and most 403 answers of S3 have this form. */
export const s3Error = (
  code: string,
  status: number,
  message: string,
  details?: Readonly<Record<string, string>>,
): DescribedProblem => ({ code, status, message, ...(details !== undefined && { details }) });
