/** What offers open jobs to a processor: in order of arrival, one at a time, into a record that the caller owns. */
export interface Job {
  arrivalNs: number;
  /** CPU time it needs. */
  sizeNs: number;
  /** What a policy that orders by size is told. */
  estimateNs: number;
  /** Queue level it is put on, 1 first; differs from `label` where it was misclassified. */
  level: number;
  /** Queue level that the label of its data demands. */
  label: number;
  weight: number;
  /** Kind of job, counted from 0. */
  type: number;
}

export interface JobSource {
  /** Fills in the next job, not before the last one; false if there is none. */
  next(job: Job): boolean;
}

export const emptyJob = (): Job => ({ arrivalNs: 0, sizeNs: 0, estimateNs: 0, level: 1, label: 1, weight: 1, type: 0 });
