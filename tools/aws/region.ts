/** The region and the account of all that is emulated. */
export const region = "us-east-1";
export const account = "000000000000";
