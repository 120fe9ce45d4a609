module worker

go 1.27
