"""For those who keep the data: the checks over all paths, their number, the flow as a graph.

A matter (`subject`) has millions of sets of answers, so none is walked by itself. Each question is
an axis on which answers that no condition tells apart are one kind, each combination of kinds is a
bit, and a condition is the set of its bits (`space`). Places are folded into one pair of each kind
(`pairs`). `survey` follows the questions for all bits at once, as `wizard.flow` does for one set of
answers, and returns grounds: pairs of places with the same facts, of which `ground` says where a
statement speaks. `checks` and `options` ask the grounds what is wrong, `texts` which lines say
opposite things or the same, `places` builds one plan for every place there is; `tally` counts the
paths and gives one as a command, and `audit` words it all as faults.
"""
