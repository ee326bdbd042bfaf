/**
 * What a condition, a pattern or a statement answers.
 *
 * `unknown`: the context key is not known (analysis). `failed`: an evaluation error; the statement then does not apply
 * when it is an Allow and applies when it is a Deny.
 */
export type Outcome = typeof no | typeof yes | typeof unknown | typeof failed;

// Small integers, because a decision makes dozens of them.
export const no = 0;
export const yes = 1;
export const unknown = 2;
export const failed = 3;

export const negated = (outcome: Outcome): Outcome => (outcome === yes ? no : outcome === no ? yes : outcome);
