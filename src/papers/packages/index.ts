export { extractPackage, isPackage } from './extract-package.ts';
