"""Reading tables that people made: CSV and XLSX, hostile ones too. No tables of ours, no clock."""
