"""Writes one small volume as other people's tools write volumes: DICOM series by pydicom and GDCM in several transfer syntaxes, NIfTI by nibabel
in several orientations; and what each holds, in Hounsfield units from head to feet, as raw 16-bit numbers.

    python3 write_volumes.py FOLDER
"""
import pathlib
import subprocess
import sys

import nibabel
import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless, RLELossless, generate_uid

folder = pathlib.Path(sys.argv[1])
random = numpy.random.default_rng(3)
slices, rows, columns = 6, 40, 56
units = random.integers(-1024, 1500, (slices, rows, columns)).astype("<i2")
units[:, 10:20, 10:30] = -870
(folder / "units.raw").write_bytes(units.tobytes())


coded = {"rle": RLELossless, "jpeg-ls": JPEGLSLossless, "jpeg-2000": JPEG2000Lossless}


def write_series(name, syntax, signed, slope):
    (folder / name).mkdir()
    series, study = generate_uid(entropy_srcs=[name]), generate_uid(entropy_srcs=[name, "study"])
    for k in range(slices):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = CTImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[name, str(k)])
        meta.TransferSyntaxUID = coded.get(syntax, syntax)
        one = Dataset()
        one.file_meta = meta
        one.SOPClassUID, one.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        one.Modality, one.PatientName, one.PatientID = "CT", "Synthetic^Noise", "SYNTHETIC"
        one.StudyInstanceUID, one.SeriesInstanceUID, one.InstanceNumber = study, series, k + 1
        one.ImagePositionPatient, one.ImageOrientationPatient = [-100, -100, 50 - 2.5 * k], [1, 0, 0, 0, 1, 0]
        one.PixelSpacing, one.RescaleType = [0.7, 0.8], "HU"
        one.RescaleIntercept, one.RescaleSlope = 0 if signed else -1024, slope
        one.Rows, one.Columns, one.SamplesPerPixel, one.PhotometricInterpretation = rows, columns, 1, "MONOCHROME2"
        one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 16 if signed else 12, 15 if signed else 11, int(signed)
        stored = (units[k] - (0 if signed else -1024)) // slope
        if syntax in coded:
            one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            one.PixelData = stored.astype("<i2" if signed else "<u2").tobytes()
            one.compress(coded[syntax])
        else:
            order = ">" if syntax == ExplicitVRBigEndian else "<"
            one.PixelData = stored.astype(f"{order}{'i2' if signed else 'u2'}").tobytes()
            one["PixelData"].VR = "OW"
        one.save_as(folder / name / f"{random.integers(1 << 30):08x}.dcm", enforce_file_format=True)


write_series("implicit", ImplicitVRLittleEndian, True, 1)
write_series("explicit", ExplicitVRLittleEndian, False, 1)
write_series("big-endian", ExplicitVRBigEndian, True, 1)
write_series("rle", "rle", False, 1)
write_series("jpeg-ls", "jpeg-ls", False, 1)
write_series("jpeg-ls-signed", "jpeg-ls", True, 1)
write_series("jpeg-2000", "jpeg-2000", False, 1)
write_series("jpeg-2000-signed", "jpeg-2000", True, 1)


# pydicom writes no lossless JPEG (process 14); GDCM's program does, which python-gdcm brings.
gdcmconv = pathlib.Path(sys.executable).parent / "gdcmconv"
for source, target in (("explicit", "jpeg-lossless"), ("implicit", "jpeg-lossless-signed")):
    (folder / target).mkdir()
    for path in sorted((folder / source).iterdir()):
        subprocess.run([gdcmconv, "--jpeg", path, folder / target / path.name], check=True)

# As a NIfTI array: x to the right, y to the front, z to the head.
array = units[::-1, ::-1, ::-1].transpose(2, 1, 0)
affine = numpy.diag([0.8, 0.7, 2.5, 1.0])
image = nibabel.Nifti1Image(array, affine)
nibabel.save(image, folder / "ras.nii.gz")
for axes in ("LPS", "LAS", "PIR", "SAL"):
    wanted = nibabel.orientations.axcodes2ornt(axes)
    turned = image.as_reoriented(nibabel.orientations.ornt_transform(nibabel.io_orientation(affine), wanted))
    nibabel.save(turned, folder / f"{axes.lower()}.nii")
nibabel.save(nibabel.Nifti2Image(array.astype("<f4"), affine), folder / "float.nii")
