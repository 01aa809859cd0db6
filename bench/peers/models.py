"""The peers' models: timm's resnet18, and the small convolutional net written as a PyTorch user would."""

import timm
import torch


def small_convnet(in_channels, classes):
    """Same layers and names as doodle's smallcnn."""

    class SmallConvnet(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = torch.nn.Conv2d(in_channels, 32, 3, padding=1, bias=False)
            self.bn1 = torch.nn.BatchNorm2d(32)
            self.conv2 = torch.nn.Conv2d(32, 64, 3, padding=1, bias=False)
            self.bn2 = torch.nn.BatchNorm2d(64)
            self.conv3 = torch.nn.Conv2d(64, 128, 3, padding=1, bias=False)
            self.bn3 = torch.nn.BatchNorm2d(128)
            self.fc = torch.nn.Linear(128, classes)

        def forward(self, x):
            pool = torch.nn.functional.max_pool2d
            x = pool(torch.relu(self.bn1(self.conv1(x))), 2)
            x = pool(torch.relu(self.bn2(self.conv2(x))), 2)
            x = pool(torch.relu(self.bn3(self.conv3(x))), 2)
            return self.fc(x.mean((2, 3)))

    return SmallConvnet()


def create(name, in_channels, classes):
    if name == "smallcnn":
        return small_convnet(in_channels, classes)
    return timm.create_model(name, pretrained=False, in_chans=in_channels, num_classes=classes)
