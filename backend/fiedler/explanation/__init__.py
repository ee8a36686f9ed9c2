"""Why a cluster is a cluster: its columns against the rest, a short rule, its borders, one row's neighbours.

Pure functions over arrays that a fit has stored. A session prepares once per fit (`codes.code_features`) and
once per partition (`members.cluster_members`, `margins.embedded_clusters`), then asks about clusters
(`clusters.explain_cluster`), sets of rows (`comparison.compare_rows`) and rows (`rows.explain_row`).
"""
