const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** Whether a text is a token of HTTP (RFC 9110 section 5.6.2), as names of fields and of cookies are. */
export const isToken = (text: string): boolean => token.test(text);
