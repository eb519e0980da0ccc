/** What Lambda hands to a handler besides the event. */
export function contextOf(): object {
  return {
    awsRequestId: "8f507cfc-1f5b-4f0a-9d4b-0f3b1f2a3c4d",
    functionName: "users",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 3000,
  };
}
