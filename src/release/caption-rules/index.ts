export { claimsAgainstPositive, isKnownDisease, namesPositiveDisease, otherDiseaseInCell, saysNoChange, saysPositiveDisease, type CaptionClaim, type CaptionClaimCode } from './claims.ts';
export { covidRules, parseCaptionRules, type CaptionRules } from './rules.ts';
export { sentencesOf } from './sentences.ts';
