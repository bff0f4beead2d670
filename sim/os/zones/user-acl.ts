/**
 * The baseline that the paper argues against: protection by the grade of the user, fixed when the user is created. Who joins later
 * comes with no grade and gets the default one, until somebody reviews the list; who changes keeps the old grade.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5 (grades are fixed at creation, users of a chain
 * appear at any time). Choice: two grades; a graded user's operations are all logged, another's none. Left out: grades of objects.
 */

export type Grade = 'regulated' | 'ordinary';

export class UserAcl {
  /** Grades that were given by somebody who knew the user. */
  private readonly grades = new Map<number, Grade>();
  private readonly defaultGrade: Grade;
  /** Entries looked at or written by reviews. */
  reviewed = 0;

  constructor(defaultGrade: Grade) {
    this.defaultGrade = defaultGrade;
  }

  /** At creation of the system, or in a review. */
  assign(user: number, grade: Grade): void {
    this.grades.set(user, grade);
  }

  /** Brings every grade up to date with what users do by now. */
  review(users: readonly { readonly user: number; readonly grade: Grade }[]): void {
    for (const { user, grade } of users) this.assign(user, grade);
    this.reviewed += users.length;
  }

  /** Is this user's operation to be logged? One look-up. */
  isLogged(user: number): boolean {
    return (this.grades.get(user) ?? this.defaultGrade) === 'regulated';
  }
}
