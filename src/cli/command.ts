/** A command of `npm run kelas -- …`. */
export interface Command {
  /** The words that call it, such as `course check`. */
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** @returns the exit code: 0 done, 1 the thing has faults, 2 called wrongly */
  run(args: readonly string[]): Promise<number>;
}
