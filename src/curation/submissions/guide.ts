/** What to send and how, as `covid-ct contribute guide` prints it. */
export const contributionGuide = `Contributing CT images
======================

What helps: chest-CT slices with COVID-19 findings from papers that the release
does not have, and slices without them from comparable patients. For research,
never for diagnosis.

Of every image
  patient ID   your own numbering (p1, p2, …), never the hospital's: images of
               one patient must carry one ID, so that no split separates them
  DOI          of the paper; for a case without one: --unpublished and --source
  caption      of the figure, or a sentence that says what is to be seen
and where you have them: licence, age, sex, location, history, days since onset,
severity, other diseases, finding.

Files: PNG, JPEG, or DICOM (CT, axial, one file a slice, compressed without
loss at most; its Hounsfield units and window are kept). One slice a file, no
collages, no text in the picture. Text and Exif in files, and every element of a DICOM file but
technical ones, are taken out; a file that names a patient is refused.

You attest that
  --deidentified    nothing in files, pixels or words tells who a patient is
  --consent "…"     patients agreed, or an ethics board decided: which one
  --rights "…"      you may give them: own images, or the paper's licence

Check and send
  covid-ct submit ct1.png ct2.png --label COVID --patient p1 --doi 10.…/… \\
      --caption "…" --contributor "A. Contributor" --email me@example.org \\
      --deidentified --consent "…" --rights "…" --eml contribution.eml
  Then open contribution.eml in your mail program, look at it, and send it.
  Nothing is sent by covid-ct. --bundle contribution.zip writes the attachment
  alone.

Many cases: a manifest (covid-ct submit --manifest cases.json …), as
docs/schemas/submission.schema.json describes it:
  {
    "format": "covid-ct submission 1",
    "contributor": { "name": "A. Contributor", "email": "me@example.org" },
    "attestations": { "deidentified": true, "consent": "…", "rights": "…" },
    "cases": [
      { "file": "ct1.dcm", "label": "COVID", "patient": "p1",
        "doi": "10.…/…", "caption": "…", "age": "41", "sex": "F" }
    ]
  }

Where you receive contributions
  covid-ct receive contribution.eml     checks again, imports, gives a receipt
  covid-ct receive --status s-…         how far it is
  covid-ct review list                  then people decide`;
