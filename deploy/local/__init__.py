"""What ./zhiping runs: private instances of the real parts and every process, under one supervisor, on this machine."""
