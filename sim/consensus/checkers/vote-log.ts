/** Who has voted for what, from the messages that were sent: certificates are held against it and not against what replicas say they heard. */

export class VoteLog {
  private readonly voters = new Map<string, Set<number>>();

  /** `about`: kind of vote, view and sequence number; null digests count as any other. */
  add(about: string, digest: number, voter: number): void {
    const key = `${about}/${digest}`;
    let voters = this.voters.get(key);
    if (voters === undefined) this.voters.set(key, (voters = new Set()));
    voters.add(voter);
  }

  count(about: string, digest: number): number {
    return this.voters.get(`${about}/${digest}`)?.size ?? 0;
  }
}
