// TypeScript, types and all that is gone once it is bundled.
const enum Plan {
  Free = "free",
  Paid = "paid",
}

interface Customer {
  readonly name: string;
  plan?: Plan;
}

const described = <T extends Customer>({ name, plan = Plan.Free }: T): string => `${name as string} ${plan satisfies Plan}`;

export const typed = (): string => described({ name: "alice", plan: Plan.Paid });
