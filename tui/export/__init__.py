"""An opened insight as files, and files as definitions of insights again.

`results` writes a result as CSV, JSON or Markdown, `definitions` an insight as a file that another project can take,
`rebinding` fits such a file to the variables of that project, `differences` shows what taking it would change, and
`files` puts a text on the disk. Apart from `files` nothing here touches the disk, and nothing the network.
"""
