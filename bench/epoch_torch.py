"""PyTorch's half of bench/epoch.ts: an epoch on request, as users write it.

    epoch_torch.py SETUP.json THREADS WORKERS
"""

import json
import sys

import timm
import torch
from PIL import Image
from answer import answer
from safetensors.torch import load_file
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

setup, threads, workers = json.load(open(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
recipe = setup["recipe"]
augmentation = recipe["augmentation"]
torch.set_num_threads(threads)
torch.manual_seed(0)

model = timm.create_model("tf_" + recipe["architecture"], num_classes=recipe["outputs"], drop_rate=recipe["dropout"])
weights = {name: value for name, value in load_file(setup["weights"]).items() if not name.startswith("classifier.")}
missing = model.load_state_dict(weights, strict=False)
assert not missing.unexpected_keys and all(name.startswith("classifier.") or name.endswith("num_batches_tracked") for name in missing.missing_keys)
torch.nn.init.normal_(model.classifier.weight, std=recipe["classifier"]["deviation"])
torch.nn.init.zeros_(model.classifier.bias)


class Pictures(Dataset):
    def __init__(self):
        self.pictures = [Image.open(each["file"]).convert("RGB") for each in setup["pictures"]]
        self.targets = [each["target"] for each in setup["pictures"]]
        crop = augmentation["crop"]
        self.transform = transforms.Compose([
            transforms.RandomResizedCrop(recipe["size"], scale=crop["scale"], ratio=crop["ratio"]),
            transforms.RandomHorizontalFlip(augmentation["flip"]),
            transforms.ColorJitter(brightness=augmentation["brightness"], contrast=augmentation["contrast"]),
            transforms.ToTensor(),
            transforms.Normalize(model.default_cfg["mean"], model.default_cfg["std"]),
        ])

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return self.transform(self.pictures[index]), self.targets[index]


loader = DataLoader(Pictures(), batch_size=recipe["batch"], shuffle=True, num_workers=workers, persistent_workers=workers > 0)
criterion = torch.nn.CrossEntropyLoss()
optimiser = torch.optim.Adam(model.parameters(), recipe["rate"]["start"])
model.train()


def epoch():
    lost = 0.0
    for images, targets in loader:
        optimiser.zero_grad()
        loss = criterion(model(images), targets)
        loss.backward()
        optimiser.step()
        lost += loss.item() / len(loader)
    return lost


answer(torch.__version__, epoch)
