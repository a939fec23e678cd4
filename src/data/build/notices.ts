// The licences and attributions that travel with each data set.

export const EMOJI_NOTICE = `placeholder
`;
