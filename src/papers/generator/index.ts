export { drawComposite, drawStyle, type Composite, type CompositeStyle } from './composite.ts';
export { burnIn, layInk, letterFonts, loadLettering, type Ink, type InkMask, type LetterFont, type Lettering } from './lettering.ts';
export { flate, imageStream, jpegStream, paintPicture, PdfWriter, writeLine, type PdfPageSpec, type PdfStream } from './pdf-writer.ts';
export { drawFigure, type DrawnFigure } from './figure.ts';
export { drawPaper, type DrawnPaper, type PaperFigure, type PaperStyle, type SetFigure } from './paper.ts';
export { drawCompositePaper, type CompositePaper, type TrueCompositeFigure } from './composite-paper.ts';
export { drawOtherFigure, otherFigureKinds, type OtherFigureKind } from './other-figures.ts';
export { burnName, type NamedPicture } from './named-picture.ts';
